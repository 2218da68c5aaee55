"""The cases of the demo, oldest first: who disputes what, and what became of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """One case from its invoice to its end, or to where it stands today.

    :param opened: working days ago
    :param customer: suffix of the customer's XML id; "portal" is the portal customer
    :param reason: code of the reason
    :param goods: what the invoice lists, as "product*quantity ..."
    :param claim: "" for the whole invoice, "8%" of the first position, "3" of its
        pieces
    :param plot: steps separated by blanks, each "name[+working days later][:argument]";
        see `DemoSteps`
    :param cause: code of the root cause that was found
    :param owner: suffix of the owner's XML id
    :param invoiced: working days from invoice to dispute
    :param paid: what was paid of the invoice before: "", "all" or all but what is
        claimed, "short"
    """

    opened: int
    customer: str
    reason: str
    goods: str
    claim: str
    plot: str
    cause: str = "UNK"
    owner: str = "clerk"
    source: str = "internal"
    priority: str = "0"
    tags: str = ""
    invoiced: int = 9
    wish: str = "credit"
    paid: str = ""
    note: str = ""


# One story in two lines reads better than in twelve.
# fmt: off
STORIES = (
    # Long closed
    Story(188, "northgate", "PRI", "chair*48 assembly*12", "8%",
          "reply check refer+1 finding+2 credit+1 close:CRF rate+1:5 settle+4", "PRA", tags="contract"),
    Story(184, "brandt", "QTY", "worktop*30 freight*1", "4",
          "reply check refer+2 finding+3 credit+1 close:CRF rate+2:4 settle+3", "PIC", owner="leader", source="mail"),
    Story(180, "harbourpine", "QUA", "panel*120 lamp*40", "18",
          "reply+1 check ask+1 answer+3 refer finding+6 credit+2 close:CRF rate+1:3 settle+5", "TRN",
          owner="leader", tags="carrier", source="mail"),
    Story(176, "morin", "DUP", "chair*6", "", "reply check credit+2 close:CRF rate+1:5", "DBL"),
    Story(171, "lakeside", "PRI", "locker*60", "6%",
          "reply check ask+2 answer+4 refer finding+3 refuse+1 close:REJ settle+12", "CUE", priority="1"),
    Story(167, "linde", "CHG", "freight*1 carpet*40", "1", "reply check credit+1 close:CRF settle+6", "INV"),
    Story(163, "falkenau", "PAI", "lamp*60", "", "reply check refer+1 finding+1 pay close:PAID rate+2:4",
          "CSH"),
    Story(158, "castell", "NDL", "shelving*14 freight*1", "",
          "reply check refer+2 finding+9 credit+2 close:CRF rate+3:3", "TRN", owner="leader", tags="carrier", source="mail"),
    Story(154, "tindall", "QTY", "partition*9 assembly*16", "1",
          "reply check refer+1 finding+2 credit+1 close:CRF rate+1:5 settle+5", "PIC"),
    Story(150, "northgate", "LAT", "partition*16 assembly*30", "10%",
          "reply+2 check refer+3 finding+4 offer+2 accept+3 credit+1:0.6 refuse close:CRP rate+2:4 settle+6",
          "DLY", priority="1", tags="key_account"),
    Story(146, "lakeside", "TAX", "lamp*90", "13%", "reply check ask+1 answer+5 credit+2 close:CRF settle+4", "TXS"),
    Story(142, "orchard", "QUA", "chair*20", "3",
          "reply+1 check ask answer+2 credit+3 close:CRF rate+1:5 settle+4", "DEF", source="portal"),
    Story(137, "valmer", "DIS", "paper*200", "2%", "reply check writeoff+3 close:SMW settle+2", "UNK", paid="short"),
    Story(133, "hollis", "REF", "locker*8", "", "reply check credit+3 close:CRF rate+1:4", "MAS"),
    Story(129, "brandt", "WRG", "carpet*24", "6", "reply check ask+1 answer+1 credit+4 close:CRF settle+5", "PIC",
          owner="leader", source="mail"),
    Story(125, "harbourpine", "CRN", "paper*120 lamp*30", "15%",
          "reply+3 check refer+5 finding+8 chase+2 credit+3 close:CRF rate+1:1 settle+4", "BON", priority="1",
          tags="key_account contract"),
    Story(121, "portal", "QTY", "shelving*6 freight*1", "1",
          "reply check ask+1 answer+1 credit+2 close:CRF rate+1:5 settle+3", "PIC", source="portal", owner="admin"),
    Story(117, "linde", "PRI", "worktop*22", "5%", "reply check refer+1 finding+2 refuse+1 close:REJ settle+8", "CUE"),
    Story(113, "lakeside", "RET", "chair*40", "5",
          "reply check ask+1 answer+3 refer finding+4 credit+1 close:CRF rate+2:4 settle+3", "RTN", owner="leader", source="mail"),
    Story(109, "northgate", "QUA", "lamp*150", "12",
          "reply check ask+1 answer+2 decline+4 close:EXP protest+3 reopen refer+1 finding+5 credit+2 close:CRF"
          " rate+1:3 settle+3", "TRN", priority="1", tags="key_account repeat", source="mail"),
    Story(106, "tindall", "CAN", "panel*80", "", "reply check refer+1 finding+1 credit+1 close:CRF rate+1:5", "ORD", source="mail"),
    Story(102, "falkenau", "QTY", "locker*12", "2", "reply check withdraw+3 close:WDN settle+4", "CUE"),
    Story(99, "castell", "LAT", "worktop*18 assembly*10", "12%",
          "reply+2 check ask+2 answer+6 offer+3 accept+4 credit+1:0.5 refuse close:CRP settle+5", "DLY"),
    Story(95, "morin", "OVP", "partition*4", "", "reply check ask+1 answer+2 credit+2 close:CRF rate+1:5", "CSH",
          paid="all", wish="refund"),
    Story(92, "maple", "DED", "shelving*30", "3%",
          "reply+1 check ask answer+8 refuse+3 close:REJ settle+9", "CUT", source="short_payment", paid="short", wish="explanation"),
    Story(88, "hollis", "OTH", "maintenance*1", "", "reply check withdraw+4 close:WDN settle+5", "CUE", wish="explanation"),
    Story(85, "orchard", "NDL", "assembly*14 chair*10", "14",
          "reply check refer+1 finding+2 credit+1 close:CRF rate+1:4 settle+6", "SRV"),
    Story(81, "valmer", "QUA", "worktop*12", "2",
          "reply check ask+1 answer+1 refer finding+4 offer+1 accept+2 credit close:CRF rate+1:5 settle+2", "SUP",
          owner="leader", tags="carrier", source="mail"),
    Story(78, "portal", "CHG", "freight*1 chair*4", "1", "reply check refuse+3 close:REJ rate+1:3 settle+6", "CUE",
          source="portal", owner="admin"),
    Story(74, "northgate", "DUP", "panel*40", "", "reply check refer+1 finding+1 credit close:CRF rate+1:5", "DBL",
          tags="key_account"),
    Story(71, "brandt", "PRI", "chair*36", "7%",
          "reply check refer+2 finding+3 offer+1 accept+2 credit:0.7 refuse close:CRP rate+1:4 settle+4", "PRM"),
    Story(67, "linde", "UNA", "lamp*16", "", "reply check ask+1 answer+2 refer finding+3 credit+1 close:CRF", "FRD",
          priority="2", paid="all", wish="refund"),
    Story(64, "harbourpine", "QTY", "carpet*60 freight*1", "8",
          "reply check refer+1 finding+2 credit+1 close:CRF rate+1:5 settle+5", "PIC", tags="key_account", source="mail"),
    Story(60, "lakeside", "CRN", "locker*24", "5%", "reply+4 check refer+6 finding+7 chase refuse+2 close:REJ rate+1:1"
          " settle+6", "CUT"),
    Story(56, "castell", "PAI", "panel*60", "", "reply check refer+1 finding+1 pay close:PAID rate+1:5", "CSH"),
    Story(53, "falkenau", "QUA", "chair*24", "2", "reply check ask+1 answer+2 credit+3 close:CRF settle+4", "TRN",
          owner="leader", tags="carrier", source="mail"),
    Story(50, "tindall", "DIS", "partition*6", "2%", "reply check refer+1 finding+1 credit close:CRF rate+1:4 settle+3",
          "MAS"),
    Story(47, "maple", "QTY", "paper*160", "6", "reply check writeoff+4 close:WOF settle+3", "POD", source="mail"),
    Story(44, "portal", "QUA", "worktop*3", "1", "reply check ask answer+1 offer+1 accept+1 credit close:CRF rate+1:5"
          " settle+2", "TRN", source="portal", owner="admin", tags="carrier"),
    Story(41, "morin", "WRG", "carpet*10", "10", "reply check withdraw+2 close:WDN settle+3", "CUE"),
    # In work, the oldest of them late
    Story(39, "northgate", "CRN", "partition*14 assembly*20", "9%",
          "reply+1 check refer+4 finding+9 chase+6 todo+4:-6", "BON", owner="leader", priority="2",
          tags="key_account contract", note="Sales promised this at the yearly talk; the contract is with the controller."),
    Story(34, "hollis", "QUA", "lamp*48", "7", "reply+2 check ask+3 answer+7 chase+6 todo+3:-4", "DEF", priority="1", source="mail"),
    Story(31, "castell", "NDL", "locker*10 freight*1", "", "reply check refer+3:-5 chase+8", "TRN", owner="leader",
          tags="carrier"),
    Story(28, "brandt", "QTY", "shelving*40", "5", "reply check refer+2 finding+6 credit+2 close:CRF rate+1:5 settle+4",
          "PIC", source="mail"),
    Story(26, "lakeside", "LAT", "locker*36 assembly*24", "15%", "reply check refer+2 finding+4 approval+3:-2",
          "DLY", priority="1", tags="contract"),
    Story(24, "valmer", "REF", "chair*12", "", "reply check refer+1 finding+2 credit+1 close:CRF rate+1:4", "MAS", source="mail"),
    Story(22, "orchard", "PRI", "panel*90", "10%", "reply check ask+2 answer+5 refer+2 finding+3 propose+2", "PRA",
          source="portal"),
    Story(20, "linde", "QUA", "worktop*16", "3", "reply check ask+1", "UNK", source="mail"),
    Story(19, "portal", "PRI", "locker*4", "10%", "reply check refer+2 finding+2 propose+2", "PRM", source="portal",
          owner="admin"),
    Story(17, "harbourpine", "RET", "chair*30", "24", "reply check refer+3 finding+3 approval+2:1", "RTN",
          priority="1", tags="key_account", source="mail"),
    Story(16, "tindall", "DUP", "lamp*36", "", "reply check refer+2 finding+4 todo:-3", "DBL", owner="admin"),
    Story(15, "falkenau", "CHG", "freight*2 locker*20", "1", "reply check refuse+4 close:REJ rate+1:1", "CUE"),
    Story(13, "maple", "QUA", "partition*8", "2", "reply check ask+1 answer+3 refer+1:2", "TRN", owner="leader",
          tags="carrier"),
    Story(12, "northgate", "QTY", "carpet*50", "5", "reply check ask+2", "UNK", tags="key_account repeat", source="mail"),
    Story(11, "morin", "LAT", "worktop*8 assembly*6", "10%", "reply check propose+5", "DLY"),
    Story(9, "castell", "PRI", "shelving*24", "6%", "reply check todo:1", "UNK"),
    Story(9, "portal", "QTY", "panel*24 freight*1", "3", "reply check ask+2", "UNK", source="portal", owner="admin"),
    Story(8, "brandt", "CRN", "chair*60", "4%", "reply check refer+2:3", "UNK", owner="leader", tags="contract"),
    Story(8, "hollis", "DIS", "maintenance*2", "5%", "reply check todo+1:0", "UNK", source="mail", paid="short"),
    Story(7, "valmer", "WRG", "lamp*30", "10", "reply check ask+1 answer+2 approval+1:0", "PIC", owner="leader", source="mail"),
    Story(6, "lakeside", "PAI", "paper*90", "", "reply check refer+1:-1", "CSH", priority="1"),
    Story(5, "orchard", "QUA", "chair*16", "2", "reply check ask+1", "UNK", source="portal"),
    Story(4, "linde", "DED", "carpet*36", "3%", "reply+1 ask", "UNK", source="short_payment", paid="short", wish="explanation"),
    Story(4, "portal", "NDL", "assembly*5 worktop*4", "5", "reply check refer+1:2", "SRV", source="portal",
          owner="admin"),
    Story(3, "harbourpine", "QTY", "worktop*44 freight*1", "4", "reply check", "UNK", priority="1",
          tags="key_account", owner="leader", source="mail"),
    Story(3, "tindall", "PRI", "partition*10", "7%", "", "UNK"),
    Story(2, "falkenau", "NDL", "shelving*18", "", "reply check todo:2", "UNK", owner="leader", source="mail"),
    Story(2, "maple", "CHG", "freight*1 panel*50", "1", "reply", "UNK"),
    Story(1, "northgate", "QUA", "locker*30", "4", "reply", "UNK", tags="key_account repeat", priority="1", source="mail"),
    Story(1, "hollis", "QTY", "paper*60", "5", "", "UNK", source="portal"),
    Story(0, "portal", "DUP", "lamp*12", "", "", "UNK", source="portal", owner="admin", wish="explanation"),
    Story(0, "lakeside", "TAX", "carpet*20", "13%", "", "UNK"),
)
# fmt: on
