"""What SES lets this account do today."""

from infra.cloud.place import Place
from infra.issue_forecast import Account


def account(place: Place) -> Account:
    answer = place.client("sesv2").get_account()
    quota = answer["SendQuota"]
    status = answer.get("EnforcementStatus", "")
    sends = answer.get("SendingEnabled", True) and status != "SHUTDOWN"
    return Account(
        daily=int(quota["Max24HourSend"]),
        sent=int(quota["SentLast24Hours"]),
        rate=float(quota["MaxSendRate"]),
        in_sandbox=not answer.get("ProductionAccessEnabled", False),
        stopped="" if sends else status or "sending is switched off",
    )
