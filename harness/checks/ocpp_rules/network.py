"""Rules of network profiles and security profiles: where a station may be sent, and that it never gets less secure."""

from __future__ import annotations

from harness.checks.metering import keys_of, objects
from harness.checks.ocpp_rules.chapter import Chapter, hold
from harness.checks.ocpp_rules.talk import STATION, Talk
from harness.checks.ocpp_rules.variables import key_of
from harness.checks.rule import Tally

NETWORK = Chapter()

_PRIORITY = ("ocppcommctrlr", "", "networkconfigurationpriority", "", None, None)


@NETWORK.rule(
    "RULE-OCPP-NETWORK-SLOT",
    "A network profile goes into a slot that exists",
    "B09.FR.02",
    about=("SetNetworkProfile",),
)
def slots(talk: Talk, tally: Tally) -> None:
    """A slot outside of the values that NetworkConfigurationPriority allows is not accepted."""
    for one in talk.replied("SetNetworkProfile", by=STATION):
        allowed = talk.known.allowed.get(_PRIORITY)
        if allowed:
            slot = str(one.ask.get("configurationSlot"))
            known = {word.strip() for word in allowed.split(",")}
            hold(tally, slot in known or one.status != "Accepted", f"slot {slot} is none of {allowed}", *one.said)


@NETWORK.rule(
    "RULE-OCPP-PROFILE-DOWN",
    "A station does not take a network profile that is less secure",
    "B09.FR.04",
    "A05.FR.02",
    about=("SetNetworkProfile",),
)
def not_less_secure(talk: Talk, tally: Tally) -> None:
    """Below its own SecurityProfile, where that is known; AllowSecurityProfileDowngrade lets it go from 3 to 2."""
    for one in talk.replied("SetNetworkProfile", by=STATION):
        current = talk.known.number("SecurityCtrlr", "SecurityProfile", one.call)
        wanted = keys_of(one.ask.get("connectionData")).get("securityProfile")
        if current is None or not isinstance(wanted, int):
            continue
        allowed = talk.known.is_set("SecurityCtrlr", "AllowSecurityProfileDowngrade", one.call) and wanted > 1
        right = wanted >= current or one.status != "Accepted" or bool(allowed)
        hold(tally, right, f"profile {wanted} was accepted, {current:g} is in force", *one.said)


@NETWORK.rule(
    "RULE-OCPP-SECURITY-UP",
    "The security profile of a station never falls",
    "A05.FR.06",
    about=("NotifyReport", "GetVariables"),
)
def security_goes_up(talk: Talk, tally: Tally) -> None:
    """SecurityProfile as it was reported or read, over time."""
    before = None
    told = [*talk.asked("NotifyReport", by=STATION), *talk.replied("GetVariables", by=STATION)]
    for one in sorted(told, key=lambda each: each.done.number):
        for data in (*objects(one.ask.get("reportData")), *objects(one.reply.get("getVariableResult"))):
            key = key_of(data)
            if (key[0], key[2]) != ("securityctrlr", "securityprofile"):
                continue
            texts = [
                data.get("attributeValue"),
                *(each.get("value") for each in objects(data.get("variableAttribute"))),
            ]
            for text in texts:
                if isinstance(text, str) and text.isdigit():
                    now = int(text)
                    downgrade = (
                        talk.known.is_set("SecurityCtrlr", "AllowSecurityProfileDowngrade", one.done) and now > 1
                    )
                    right = before is None or now >= before or bool(downgrade)
                    hold(tally, right, f"it was {before} and is {now}", one.done)
                    before = now
