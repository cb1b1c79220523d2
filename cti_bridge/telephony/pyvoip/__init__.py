"""The pyVoIP line adapter: `switch.PyVoipSwitch` implements the Switch port over SIP lines."""

# pyVoIP.SIP and pyVoIP.VoIP import each other: only in this order does it succeed.
import pyVoIP.VoIP  # noqa: F401
