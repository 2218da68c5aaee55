"""What people write about disputes of each reason.

The braces are filled with the document in dispute: product, quantity (as invoiced),
units and share (as claimed), invoice, po (the customer's order number) and claim (an amount).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Talk:
    """The words of one reason.

    :param claims: what customers write when they dispute; cases take turns
    :param ask: our question to the customer
    :param answer: the customer's answer
    :param inquiry: our question to a colleague or carrier
    :param finding: their answer
    :param credit: why we credit
    :param refuse: why we do not
    :param file: what the customer attaches: "note", "photo" or nothing
    """

    claims: tuple
    ask: str
    answer: str
    inquiry: str
    finding: str
    credit: str
    refuse: str
    file: str = ""


FIRST_REPLIES = (
    "Thank you for writing. We have your claim on {invoice} and are looking into it.",
    "We received your claim on {invoice}. It is with me; I will come back to you this week.",
    "Thanks, I have pulled the order and the delivery papers and am checking them now."
    " Until that is settled you get no reminders for the disputed amount.",
    "Sorry for the trouble. I am checking {po} against what we invoiced.",
)
CHASERS = (
    "Is there any news? Our month-end closes on Friday and the invoice is still on hold.",
    "We have not heard from you for a while. Please let us know where this stands.",
    "Second request: please confirm the credit so that we can release the rest of {invoice}.",
)
OFFER = (
    "We checked your claim and offer a credit note of {offer} on {invoice}. Please tell us whether you agree."
)
ACCEPTANCES = (
    "Agreed, please go ahead.",
    "That is fine with us. Please send the credit note to our accounts address.",
    "We accept. Thank you for the quick handling.",
)
PROTEST = (
    "We do not agree. Please look at the attached delivery note again: our warehouse"
    " signed with a remark and your driver countersigned it."
)
WITHDRAWAL = (
    "Our mistake: the goods were booked in under another order. Please drop the claim,"
    " we pay {invoice} as it is."
)
PAPERS = "Dear all, please see our claim on {invoice}. The papers are attached."
ACTIVITIES_OWNER = (
    "Call the customer and agree on the next step",
    "Decide: the papers are complete",
    "Compare the order with the invoice",
    "Remind sales of the answer they promised",
)
THANKS = {
    5: (
        "Solved quickly, and I always knew where it stood.",
        "Very clear. The credit note was there the same day.",
        "Excellent, no phone calls needed.",
    ),
    4: ("Good in the end, the first answer could have come sooner.", "All fine, thank you."),
    3: ("Settled, but I had to ask twice.", "Correct result, slow way."),
    1: ("Three weeks for a clear case is too long.", "We still think the refusal is wrong."),
}
SMALL_DIFFERENCE = "Small difference, not worth anybody's time: written off."

TALKS = {
    "PRI": Talk(
        claims=(
            "You invoiced {product} at list price. Our agreement of January gives us {share}"
            " off this range. Please correct {invoice}.",
            "The price on {invoice} is not the one you confirmed for {po}. The difference is {claim}.",
            "Your quotation was valid until the end of the month and we ordered in time,"
            " but the old price was not applied to the {quantity} x {product}.",
        ),
        ask="Could you send us the price confirmation that you refer to?",
        answer="Here is the confirmation your sales office mailed us, see page 2.",
        inquiry="Was this price agreed, and until when?",
        finding="Yes, agreed by phone and confirmed by mail, but never entered in the price list.",
        credit="The agreed price was not in our system. We credit the difference.",
        refuse="The agreement ended before the order was placed, so the list price applies.",
    ),
    "QTY": Talk(
        claims=(
            "We received {units} x {product} fewer than the {quantity} on {invoice}."
            " The driver signed the remark on the delivery note.",
            "Short delivery: {units} of {quantity} {product} are missing. Please credit or send them.",
            "One pallet came open. We counted twice: {units} pieces short on {po}.",
        ),
        ask="Please send us the signed delivery note, both pages.",
        answer="The signed delivery note is attached; the shortage is noted on it.",
        inquiry="Stock count for this picking: did we ship {quantity} or less?",
        finding="The picker confirmed less than ordered; the difference is still in our stock.",
        credit="Our count confirms the shortage. We credit the missing pieces.",
        refuse="The delivery note was signed for the full quantity, without a remark.",
        file="note",
    ),
    "QUA": Talk(
        claims=(
            "{units} x {product} arrived with crushed corners and scratched surfaces. Photo attached.",
            "{units} of the {quantity} pieces failed within two weeks. The batch number is"
            " on the photo. We can't hand these to our client.",
            "{units} cartons of {product} came in torn, the goods inside are unusable.",
        ),
        ask="Please send us a photo that shows the damage and the label with the batch number.",
        answer="Photo attached. The label is on the left, the carton was already torn.",
        inquiry="Please check with the carrier: damage in transit or packed badly?",
        finding="The carrier accepts the claim: the pallet was reloaded in their hub.",
        credit="The photos show transport damage. We credit the damaged pieces.",
        refuse="The damage was reported after the claim period and shows traces of use.",
        file="photo",
    ),
    "WRG": Talk(
        claims=(
            "We ordered {product} but {units} boxes hold another model. Photo attached.",
            "The article delivered is not what {po} says. Please collect {units} pieces and credit them.",
        ),
        ask="Which article number is printed on the label of the boxes?",
        answer="The label says the right number, but the content does not match. See the photo.",
        inquiry="Please check the picking location of {product}.",
        finding="Two pallets were swapped at goods receipt; relabelled now.",
        credit="We picked the wrong article. We credit it and collect it at our cost.",
        refuse="The article delivered is the one on the signed order.",
        file="photo",
    ),
    "NDL": Talk(
        claims=(
            "This delivery never arrived. Nobody here has signed for it.",
            "The assembly was cancelled by your fitter on the morning of the date and"
            " never done, yet {invoice} charges it.",
        ),
        ask="Is there another goods-in gate or a neighbour who may have taken it?",
        answer="We asked both gates. Nothing came in, our gate log for that day is attached.",
        inquiry="Please get the proof of delivery from the carrier.",
        finding="No proof of delivery; the carrier declares the shipment lost.",
        credit="There is no proof of delivery. We credit the invoice in full.",
        refuse="The proof of delivery shows your stamp and signature.",
        file="note",
    ),
    "LAT": Talk(
        claims=(
            "Delivery was agreed for the 3rd and came nine days late; our fitters stood"
            " still for two days. We claim {claim}.",
            "You confirmed a fixed date for {po}. It was missed by a week and our opening had to be moved.",
        ),
        ask="Please tell us what the two days cost you, with a short list of hours.",
        answer="The hours are listed below: two fitters, two days.",
        inquiry="When did this order leave the warehouse, and why late?",
        finding="Left four days late, waiting for parts of a supplier.",
        credit="We missed the confirmed date and share the cost as our terms say.",
        refuse="The order confirmation gives a delivery week, which was kept.",
    ),
    "RET": Talk(
        claims=(
            "We returned {units} x {product} three weeks ago and have no credit note yet.",
            "Your driver took back {units} pieces on the 14th; the collection slip is"
            " attached. Please credit.",
        ),
        ask="Please send us the number of the collection slip.",
        answer="The slip is attached.",
        inquiry="Is this return booked in? The customer has a collection slip.",
        finding="Found it in the returns bay, not booked. Goods are as new.",
        credit="The return was in our warehouse and not booked. We credit it.",
        refuse="The goods came back used and can't be taken back as new.",
        file="note",
    ),
    "CAN": Talk(
        claims=(
            "We cancelled {po} in writing before it was shipped and sent the goods back"
            " unopened. {invoice} is not due.",
        ),
        ask="Please forward us the cancellation with its date.",
        answer="Forwarded below. You confirmed it the next day.",
        inquiry="Did the cancellation reach us before dispatch?",
        finding="It did; the order was not stopped in time.",
        credit="The cancellation was in time. We credit the invoice.",
        refuse="The cancellation came after dispatch and outside the terms.",
    ),
    "DUP": Talk(
        claims=(
            "{invoice} is the second invoice for {po}; we paid the first one last month.",
            "Same goods, same order number, two invoices. Please cancel {invoice}.",
        ),
        ask="Which invoice did you book for this order?",
        answer="The earlier one, it is paid. We have no second delivery.",
        inquiry="Was there a second delivery on this order?",
        finding="No, one delivery only. The order was invoiced twice after the re-print.",
        credit="The order was invoiced twice. We credit the second invoice.",
        refuse="These are two deliveries of the same order, each with its own note.",
    ),
    "PAI": Talk(
        claims=(
            "We paid {invoice} on the due date. Please check your account and stop reminding us.",
            "The transfer for {invoice} left our bank two weeks ago with your reference.",
        ),
        ask="Please send us the payment confirmation with the date and the reference.",
        answer="Sent by transfer with the invoice number as reference, value date as below.",
        inquiry="Is there an unmatched transfer from this customer?",
        finding="Found: it was matched with another customer of a similar name.",
        credit="Your payment was found and matched.",
        refuse="The payment that you sent is the one of the month before.",
    ),
    "OVP": Talk(
        claims=("We paid {invoice} twice by mistake, by card and by transfer. Please return {claim}.",),
        ask="To which account may we return the amount?",
        answer="Please credit it against our next invoices.",
        inquiry="Two payments for one invoice?",
        finding="Confirmed, both are on the statement.",
        credit="Two payments came in. The second one stays to your credit.",
        refuse="Only one payment reached us.",
    ),
    "CRN": Talk(
        claims=(
            "The annual bonus for last year, {claim}, was promised as a credit note in"
            " spring and has not come.",
            "Your sales manager agreed to a credit for the late opening. We deduct"
            " {claim} from {invoice} until it is here.",
        ),
        ask="Who agreed to the bonus, and when?",
        answer="It is in the framework contract, annex 3.",
        inquiry="Is this bonus agreed and due?",
        finding="Yes, annex 3, due each March. It was forgotten.",
        credit="The bonus is due by the framework contract. We credit it.",
        refuse="The turnover for the bonus was not reached.",
    ),
    "DIS": Talk(
        claims=(
            "We paid within ten days and took our 2 % discount. You still show {claim} open.",
            "The project discount of our framework contract is missing on {invoice}.",
        ),
        ask="On which day did the payment leave your account?",
        answer="On the ninth day after the invoice date.",
        inquiry="Do the terms of this customer include a cash discount?",
        finding="Yes for this contract, but the terms on the order were not updated.",
        credit="The discount is part of your contract. We credit it.",
        refuse="The payment arrived on day 16, the discount ends on day 10.",
    ),
    "CHG": Talk(
        claims=(
            "We buy free delivered above 2,000. Freight of {claim} on {invoice} was not agreed.",
            "You charged freight twice for one delivery, {po}.",
        ),
        ask="Please tell us which delivery terms are on your order.",
        answer="Delivered duty paid, see the order.",
        inquiry="Which delivery terms does the order have?",
        finding="Free delivered; freight was added by hand.",
        credit="Freight was not agreed. We credit it.",
        refuse="Express delivery was ordered and confirmed; its freight is extra.",
    ),
    "TAX": Talk(
        claims=(
            "We are exempt; the certificate was sent in February. Please correct the tax"
            " of {claim} on {invoice}.",
        ),
        ask="Please send us the exemption certificate valid on the invoice date.",
        answer="Certificate attached again.",
        inquiry="Is the certificate on file and valid?",
        finding="It is on file but was not linked to the delivery address.",
        credit="The exemption applies. We credit the tax.",
        refuse="The certificate is valid from a later date than the invoice.",
    ),
    "REF": Talk(
        claims=(
            "{invoice} has the wrong order number; our system rejects it. Please issue it again with {po}.",
            "The invoice is addressed to our parent company. It must go to the branch that ordered.",
        ),
        ask="Please confirm the right order number and address.",
        answer="Order number and address as in the signature of this mail.",
        inquiry="Please check the master data of this delivery address.",
        finding="The invoice address was taken from the wrong branch.",
        credit="The invoice had the wrong reference. We credit it and invoice it anew.",
        refuse="The invoice carries the order number that you gave us.",
    ),
    "UNA": Talk(
        claims=("Nobody here authorised the card payment of {claim} for {invoice}. Please look into it.",),
        ask="Please ask your card holders once more and send us the last four digits.",
        answer="None of our cards ends with these digits.",
        inquiry="Which card paid this, and from which country?",
        finding="The card was reported stolen by its holder.",
        credit="The payment was not yours. We credit the order.",
        refuse="The card belongs to your branch manager, who confirmed the order.",
    ),
    "OTH": Talk(
        claims=(
            "Please explain the position {product} on {invoice}. We can't match it with any order.",
            "Our controlling asks what the service on {invoice} covered. We hold the payment until we know.",
        ),
        ask="Which order numbers did you compare it with?",
        answer="With all orders of that quarter, list below.",
        inquiry="What does this position refer to?",
        finding="It belongs to the framework contract; the call-off number was left out.",
        credit="The position was charged by mistake. We credit it.",
        refuse="The position belongs to the contract you signed; the call-off is attached.",
    ),
    "DED": Talk(
        claims=("Payment short by {claim}, remittance advice gives no reason.",),
        ask="Your payment for {invoice} is short by {claim}. What did you deduct, please?",
        answer="Deduction for late delivery, debit note follows.",
        inquiry="Does anybody know of a claim of this customer?",
        finding="Nobody here knows of one.",
        credit="The deduction was justified by the late delivery.",
        refuse="No reason for the deduction was given.",
    ),
}
