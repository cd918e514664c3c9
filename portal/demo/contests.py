"""The demo's naming contests: one in which members vote, one whose name stands on the bag."""

from __future__ import annotations

from .texts_types import Both

RULES = Both(
    "名字要是自己想的，两到八个字，念得顺口，没有别的意思，也不是别家的商标。\n同一个名字几个人都想到了，就一起署名，最先写下的那位得奖品。\n票多者胜，票一样多时先写下的在前。",
    "The name is your own, two to eight characters, easy to say, without another meaning, and nobody’s trademark.\nIf several of you think of the same name, all of you stand beside it; whoever wrote it first gets the prize.\nMost votes win; of equals the name that came first.",
)
COLOUR_NAME = Both("给秋天的新颜色起个名字", "A name for the autumn colour")
COLOUR_BRIEF = Both(
    "这一缸染了十九次。它不是红，也不是棕：像柿子挂到最后一只，像窑口刚开的那一下。下个月它会在麦浪托特上出现，现在还没有名字。",
    "This vat took nineteen tries. It is neither red nor brown: like the last persimmon on the tree, like a kiln the moment it opens. Next month it comes on the Wheatfield Tote, and it has no name yet.",
)
COLOUR_PRIZE = Both(
    "第一只新颜色的麦浪托特，内里缝上你的名字",
    "The first Wheatfield Tote in this colour, your name sewn inside",
)
#: names, and what some say about theirs
COLOUR_NAMES = (
    ("最后一只柿子", "外婆家的树上总留一只给鸟。"),
    ("晚霞", ""),
    ("枫糖", "看到第一眼就想到早餐。"),
    ("开窑", "你们自己写的呀，就是开窑那一下。"),
    ("秋收", ""),
    ("红豆", ""),
    ("山楂", "酸酸的，过年的颜色。"),
    ("炉火", ""),
    ("暮色", ""),
    ("赤陶", "摸起来也像。"),
    ("栗壳", "剥开一半的时候最像。"),
    ("秋分", ""),
    ("丹霞", "去年背着你们的包去看的。"),
    ("烤红薯", "认真的，皮裂开的地方就是这个颜色。"),
    ("红砖巷", "小时候住的地方。"),
    ("老窑", ""),
    ("霜叶", "霜叶红于二月花。"),
    ("石榴", ""),
    ("枣泥", ""),
    ("夕照", ""),
    ("陈皮", "越放越好，像你们的皮子。"),
    ("桂圆", ""),
    ("砖窑", ""),
    ("慢火", "十九次，就是慢火。"),
)
REFUSED = (("第一红", "“第一”这样的词，广告法不让用。谢谢你！"),)

SATCHEL_NAME = Both("给剑桥包起个名字", "A name for the satchel")
SATCHEL_BRIEF = Both(
    "它站得很直，像一道门；扣子一响，就知道要出门了。我们叫了它一年的“五号”，该有个名字了。",
    "It stands up straight like a gate, and when the buckle clicks you know you are going out. For a year we called it Number Five. It is time for a name.",
)
SATCHEL_PRIZE = Both("一只刻了编号 001 的剑桥包", "A satchel with the number 001")
#: the first one wins, and two members had thought of it
SATCHEL_NAMES = (
    ("城门", "早上出城，晚上回家。"),
    ("石阶", ""),
    ("半日", ""),
    ("灯塔", ""),
    ("书签", "装过三本书，都没读完。"),
    ("梧桐", ""),
    ("出门", ""),
    ("五号", "叫惯了。"),
)
BADGE = Both("起名人", "Name giver")
BADGE_TEXT = Both("有一只包叫着 TA 起的名字", "A bag carries a name of theirs")
