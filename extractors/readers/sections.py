"""Which part a section plays in an article, told from its heading or its declared type.

>>> section_role("2.1 Materials and Methods"), section_role("Mouse strains"), section_role("讨论")
('methods', '', 'discussion')
>>> section_role("Authors' contributions") == SKIPPED
True
"""

from __future__ import annotations

import re
from functools import lru_cache

SKIPPED = "acknowledgements"
"""Role of what is not the article's own account of the world: thanks, money, contributions, interests."""

_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern, re.IGNORECASE))
    for role, pattern in (
        (SKIPPED, r"acknowledg|^funding|financial (?:support|disclosure)|^grant|contributions?$|"
         r"author(?:s'?|'s)? (?:contribution|information|note|details)|(?:competing|conflicts? of|"
         r"declarations? of|financial) ?(?:financial )?interests?|^disclosures?$|^references?$|"
         r"^bibliography|literature cited|pre-publication history|consent (?:for|to) publ|"
         r"^additional information|致谢|^基金|利益冲突|参考文献|作者贡献"),
        ("abstract", r"^(?:\w+ )?abstract$|^highlights?$|摘要"),
        ("data", r"data (?:availab|access|deposit|archiv|sets? used)|availability (?:of|and)|"
         r"code availab|accession (?:numbers?|codes?)|数据可用"),
        ("appendix", r"^appendi|supplement|supporting information|additional (?:data )?files?|附录"),
        ("results", r"^results|^(?:main |experimental |empirical |numerical |computational )?"
         r"(?:results?|findings)|\bresults?(?: and discussions?)?$|results and discussion|"
         r"^experiments?$|evaluation|what it showed|结果|它说明了什么|发现"),
        ("methods", r"method|^materials?\b|procedure|protocol|experimental (?:set-?up|section|design|"
         r"detail|part|$)|study (?:design|area|site|population)|statistical analys|data (?:analys|"
         r"collection|process)|participants|^subjects|sampling|sample preparation|implementation|"
         r"^how$|^approach|^how it was|方法|^材料|实验(?:部分|设计)"),
        ("discussion", r"discussion|limitation|^limits|implication|interpretation|讨论|局限"),
        ("conclusion", r"conclusion|concluding|^summary|outlook|future (?:work|direction|research)|"
         r"perspectives?$|where it leads|结论|总结|走向何处|展望"),
        ("introduction", r"^introduct|introduction$|^motivation|引言|前言|绪论|导论"),
        ("background", r"background|related work|literature review|previous work|prior work|"
         r"state of the art|preliminar|notation|geological setting|regional setting|背景|相关工作"),
    )
)  # fmt: skip
_TYPES = {
    "intro": "introduction",
    "introduction": "introduction",
    "materials": "methods",
    "methods": "methods",
    "materials-methods": "methods",
    "subjects": "methods",
    "cases": "methods",
    "results": "results",
    "discussion": "discussion",
    "conclusion": "conclusion",
    "conclusions": "conclusion",
    "supplementary-material": "appendix",
    "appendix": "appendix",
    "annex": "appendix",
    "data-availability": "data",
    "availability": "data",
    "funding": SKIPPED,
    "funding-information": SKIPPED,
    "additional-information": SKIPPED,
    "acknowledgement": SKIPPED,
    "acknowledgment": SKIPPED,
    "coi-statement": SKIPPED,
    "contribution": SKIPPED,
    "references": SKIPPED,
    "background": "background",
}
_NUMBER = re.compile(
    r"^(?:(?:section|chapter)\s+)?(?:[\dA-Z]{1,2}(?:\.\d+)*|[IVX]+)[.):]?\s+", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def section_role(title: str, declared: str = "") -> str:
    """The role that *declared* (JATS ``sec-type`` and its like) or *title* tells; "" if neither does."""
    for kind in declared.lower().split("|"):
        if role := _TYPES.get(kind):
            return role
    plain = _NUMBER.sub("", " ".join(title.split())).strip(" .:#*") or title
    if len(plain) > 80:  # a sentence for a heading names its finding, not its part
        return ""
    return next((role for role, pattern in _ROLES if pattern.search(plain)), "")


def nested_role(title: str, outer: str, declared: str = "") -> str:
    """The role of a section inside one of role *outer* ("" at the top): its own, else the outer one."""
    if outer in ("appendix", "abstract", SKIPPED):
        return outer
    return section_role(title, declared) or outer or "other"
