"""The few words that a story is surrounded by, in the languages that stories ship in."""

from __future__ import annotations

from kg.licences import CLOSED

ENGLISH = {
    "story": "Story", "step of": "Step {n} of {all}", "steps": "Steps", "back": "Back", "next": "Next",
    "question": "Question", "show answer": "Show the answer",
    "hide answer": "Hide the answer", "answers": "Answers", "sentences": "Who says so",
    "sources": "Sources", "presenter": "Presenter view", "elapsed": "Elapsed", "own window": "In a window of its own",
    "then": "Then", "end": "The end", "explore": "Look around", "return": "Back to the story",
    "full screen": "Full screen", "keys": "Keys", "said negated": "denies it",
    "said question": "asks it", "said hypothetical": "supposes it", "said future": "plans it",
    "said comparative": "compares",
    "closed": CLOSED,
    "lost": "The sentence is not found in the graph any more.",
    "evidence": "All the evidence", "changed": "Changed since this was told", "asked": "Asked of the graph",
    "print": "Print as a handout", "with answers": "with answers", "text licence": "Text of the story",
    "no steps": "This story has no steps yet. Add one with story.step(…), or keep one from an Explorer.",
    "key next": "next step", "key back": "step back", "key ends": "first, last step", "key scroll": "scroll the text",
    "key presenter": "presenter view", "key answer": "show or hide the answer",
    "key explore": "look around in the graph; again, or Esc, leads back",
    "key full": "full screen", "key steps": "list of steps", "key help": "these keys",
}  # fmt: skip
CHINESE = {
    "story": "故事", "step of": "第 {n} 步，共 {all} 步", "steps": "各步", "back": "上一步", "next": "下一步",
    "question": "思考题", "show answer": "显示答案", "hide answer": "隐藏答案",
    "answers": "答案", "sentences": "谁这样说", "sources": "参考文献",
    "presenter": "讲者视图", "elapsed": "已用时间", "own window": "在单独的窗口中显示",
    "then": "接下来", "end": "完", "explore": "自由探索",
    "return": "回到故事", "full screen": "全屏", "keys": "按键", "said negated": "否认",
    "said question": "提问", "said hypothetical": "假设", "said future": "展望", "said comparative": "比较",
    "closed": "来源不开放，此处不复制原句。", "lost": "图谱中已找不到这句话。", "evidence": "全部证据",
    "changed": "讲述之后已有变化",
    "asked": "向图谱的提问", "print": "打印讲义", "with answers": "含答案",
    "text licence": "本文许可", "no steps": "这个故事还没有步骤。",
    "key next": "下一步", "key back": "上一步", "key ends": "第一步、最后一步", "key scroll": "滚动文字",
    "key presenter": "讲者视图", "key answer": "显示或隐藏答案", "key explore": "在图中自由探索；再按一次或按 Esc 返回",
    "key full": "全屏", "key steps": "步骤列表", "key help": "这些按键",
}  # fmt: skip


def words(language: str) -> dict[str, str]:
    """Words by what they stand for; English where a language is not known.

    >>> words("zh-CN")["next"], words("fr")["next"]
    ('下一步', 'Next')
    """
    return CHINESE if language.split("-")[0].lower() == "zh" else ENGLISH
