"""Who gets the next case of a team. Pure: loads in, people out."""

from collections.abc import Container, Hashable, Sequence


def assign_round_robin(people: Sequence[Hashable], last: Hashable, count: int, away: Container = ()) -> list:
    """Deal cases out in turn.

    :param people: everybody, in their order
    :param last: who got the last case before these; may be anyone
    :param count: how many cases to deal out
    :param away: those of the people who are passed over; they keep their place
    :return: one person a case; empty when there is nobody
    """
    start = people.index(last) + 1 if last in people else 0
    turns = [person for person in (*people[start:], *people[:start]) if person not in away]
    return [turns[turn % len(turns)] for turn in range(count)] if turns else []


def assign_least_loaded(loads: dict, weights: Sequence[float]) -> list:
    """Give each case to whoever has least to do, counting the cases given before it.

    :param loads: ``{person: weight of open cases}``; of equals the first one given wins
    :param weights: weight of each new case
    :return: one person a case; empty when there is nobody
    """
    loads = dict(loads)
    chosen = []
    for weight in weights:
        if not loads:
            return []
        person = min(loads, key=loads.__getitem__)
        loads[person] += weight
        chosen.append(person)
    return chosen
