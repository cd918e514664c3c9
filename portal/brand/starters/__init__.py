"""First drafts of the texts of the house, in both languages: what this portal really does, in plain words.

They are a beginning for the owner and the texts of the demo. A lawyer must read them before members do: which law
holds, who answers for the house and where its servers stand, no software knows.
"""

from __future__ import annotations

from portal.brand.models import LegalKind
from portal.brand.starters import privacy, rules, terms

_DRAFTS = {
    LegalKind.TERMS: (terms.ZH, terms.EN),
    LegalKind.PRIVACY: (privacy.ZH, privacy.EN),
    LegalKind.RULES: (rules.ZH, rules.EN),
}
#: stands where only the owner knows what to say
OPEN = {
    "company": ("【公司全称与地址】", "[company and address]"),
    "contact": ("【联系邮箱】", "[contact address]"),
}


def draft(
    kind: LegalKind,
    *,
    names: tuple[str, str],
    age: int,
    company: tuple[str, str] = OPEN["company"],
    contact: str = "",
) -> tuple[str, str]:
    """The draft of one text, Chinese and English. ``names`` and ``company`` are (Chinese, English) too."""
    texts = []
    for place, text in enumerate(_DRAFTS[kind]):
        facts = {
            "brand": names[place],
            "age": str(age),
            "company": company[place],
            "contact": contact or OPEN["contact"][place],
        }
        for name, value in facts.items():
            text = text.replace(f"<{name}>", value)
        texts.append(text.strip())
    return texts[0], texts[1]
