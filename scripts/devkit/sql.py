"""Runs SQL with the virtual environment's psycopg2; called by database.py.

Arguments: database name. Standard input: a JSON list of [statement, values].
Prints the rows of the last statement as JSON.
"""

import json
import sys

import psycopg2


def main():
    """Run the statements of standard input, each in its own transaction."""
    try:
        connection = psycopg2.connect(dbname=sys.argv[1])
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement, values in json.load(sys.stdin):
                cursor.execute(statement, values or None)
            print(json.dumps(cursor.fetchall() if cursor.description else []))
    except psycopg2.Error as error:
        sys.exit(str(error).strip().splitlines()[0])


if __name__ == "__main__":
    main()
