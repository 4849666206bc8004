"""How a source stands to the factor or tactic that its unit names: it asserts it, denies it, or reports another's word.

A denial is of the factor ("is no reason", "not because") or of the tactic's effect ("brought no agreement", "does not
compel"); a refusal that a factor explains is none. Knows language; nothing of units, sources or vectors.
"""

from __future__ import annotations

import re
from typing import Literal

Says = Literal["asserts", "denies", "reports"]

_NOT = (
    r"(?:(?:will|would|could|can|did|does|do|has|have|had|may|might) not|cannot|can['’]t|won['’]t|didn['’]t|doesn['’]t"
    r"|never)"
)
_EFFECT = (
    r"(?:work\w*|help\w*|bring|brought|change[ds]?|move[ds]?|forced?|persuaded?|stop(?:ped)?|compel(?:s|led)?"
    r"|succeed(?:ed)?|sway(?:ed)?|deter(?:red)?|explains?|suffices?|be enough|take effect|lead|led|produced?"
    r"|yield(?:ed)?|resol(?:ves?|ved)|accepted)"
)
_THING = r"(?:factor|reason|cause|motive|obstacle|tactic|solution|answer|option|way out|substitute|guarantee)"
_VIEW = r"(?:idea|claim|view|notion|charge|reading|value|usefulness|effect)"
_DENIES = re.compile(
    rf"\b(?:is|was|are|were|as|be) (?:not|no|hardly|never) (?:an? |the |any |real )*{_THING}\b"
    r"|\bnot because\b|\bno evidence (?:that|of|for)\b|\braises? doubts?\b"
    rf"|\b(?:den(?:y|ies|ied)|disput(?:e|es|ed)|dismiss(?:es|ed)?|doubt(?:s|ed)?|question(?:s"
    rf"|ed)) (?:that|whether|the {_VIEW})\b"
    rf"|\breject(?:s|ed)? the {_VIEW}\b"
    r"|\b(?:pointless|counter ?- ?productive|futile|ineffective|useless|in vain|wast(?:e"
    r"|ing) (?:of )?(?:your |our )?time)\b"
    rf"|\b{_NOT} (?:yet |by (?:itself|themselves) |alone )*{_EFFECT}\b(?!.{{0,80}}\b(?:until|unless|without)\b)"
    r"|\bmay also fail\b|\bfail(?:s|ed)? to (?:bring|stop|change|move|force|persuade|produce|hold)\b"
    r"|\b(?:brought|led to|produced|yields?|achieved|moves?|moved"
    r"|had) (?:\w+ )?no (?:\w+ )?(?:agreement|results?|effect|change"
    r"|progress|breakthrough|troops|ceasefire|truce|peace)\b"
    r"|\bnever took effect\b|\b(?:kept|held to|stuck to) (?:its|his|her|their) (?:terms|demands|course)\b"
    r"|\blittle (?:effect|leverage|influence)\b|\btoo weak to\b"
    r"|\bunlikely to (?:work|bring|change|move|force|persuade|stop|succeed)\b",
    re.IGNORECASE,
)
_SAY = (
    r"(?:said|says|told|stated|argu(?:es|ed)|warn(?:s|ed)|claim(?:s|ed)|wrote|writes|explain(?:s|ed)|announced|declared"
    r"|report(?:s|ed)|judg(?:es|ed)|described|expected|named|recommend(?:s|ed)|advis(?:es|ed)|propos(?:es|ed)"
    r"|suggest(?:s|ed)|demand(?:s|ed)|ask(?:s|ed)|called|insist(?:s|ed)|maintain(?:s|ed)|object(?:s|ed)|voiced"
    r"|believ(?:es|ed)|summed up|put it|den(?:y|ies|ied)|reject(?:s|ed)|threatened|stress(?:es|ed)|underlin(?:es|ed)"
    r"|not(?:es|ed)|reaffirm(?:s|ed)|rul(?:es|ed) out|gave)"
)
_NAME = r"[A-Z][\w.’'-]*(?: (?:[A-Z][\w.’'-]*|of|the|and|de|von|van|der)){0,6}"
_BETWEEN = r"(?:, [^,;]{2,60},)?(?: (?:has|had|have|also|later|then|once|publicly|repeatedly|himself|herself))*"
_WHO = re.compile(
    rf"(?<!\bthat )(?<!\bwhich )(?<!\bwhat )(?<!\bwhere )\b(?P<before>{_NAME}){_BETWEEN} {_SAY}\b"
    rf"|\b[Aa]ccording to (?:the )?(?P<after>{_NAME})"
)
_OWN = re.compile(
    r"^(?:I|We|It|This|That|He|She|They|There|And|But|The|A|An|In|On|For|As|Both|Its|Their|His|Her|Our|My|What"
    r"|(?:We|I|It|He|She|They)['’]\w+)$"
)


def says(text: str) -> Says:
    """How whoever writes this stands to what it names; a denial that is reported is a denial."""
    if _DENIES.search(text):
        return "denies"
    return "reports" if spoken_by(text) else "asserts"


def spoken_by(text: str) -> str:
    """Whom the text says to have said it, as it names them; "" where it speaks for itself."""
    for match in _WHO.finditer(text):
        named = re.sub(r"^(?:The|In|On|But|And|While|When|As) ", "", match["before"] or match["after"])
        if not _OWN.match(named):
            return named
    return ""
