"""The demo's events: two festivals, a salon that everybody wants, an evening online, and what is still being planned."""

from dataclasses import dataclass

from .texts_types import Both


@dataclass(frozen=True)
class Session:
    """A part of the programme: minutes after midnight, and how one gets in (``places`` people, 0: open to all)."""

    begins: int
    minutes: int
    venue: int
    name: Both
    text: Both
    places: int = 0
    draw: bool = False


VENUES = (
    Both("油罐三号", "Tank 3"),
    Both("江边草坪", "The lawn by the river"),
    Both("流动工坊", "The travelling workshop"),
)
VENUE_NOTES = (
    Both("一层，无台阶，有安静区", "Ground floor, step-free, with a quiet corner"),
    Both("草地，轮椅走东侧木板路", "Grass; wheelchairs take the boards on the east side"),
    Both("两辆车，台面可以升降", "Two vans, benches that go up and down"),
)

PROGRAMME = (
    Session(
        13 * 60 + 30,
        60,
        0,
        Both("盖章入场", "Stamp in"),
        Both("第一位到场的，是去年最后一位离开的禾友", "The first in is last year’s last to leave"),
    ),
    Session(
        14 * 60 + 30,
        90,
        1,
        Both("换线摊", "Thread swap"),
        Both("带旧包来，师傅免费换一次缝线", "Bring an old bag; our makers restitch a seam free"),
        places=60,
    ),
    Session(
        14 * 60 + 30,
        60,
        2,
        Both("跟孙师傅缝一条手绳", "A bracelet with Master Sun"),
        Both("十二张凳子，一人一副手缝架", "Twelve stools, a stitching pony each"),
        places=12,
        draw=True,
    ),
    Session(
        15 * 60 + 15,
        60,
        2,
        Both("给皮牌刻一个名字", "Engrave a tag"),
        Both("字模是 1962 年的，只刻八个字", "The type is from 1962, and eight letters are the limit"),
        places=10,
        draw=True,
    ),
    Session(
        16 * 60,
        75,
        0,
        Both("新包取名大会", "Naming vote"),
        Both("三个入围名字，现场举手定", "Three finalists, decided by show of hands"),
    ),
    Session(
        18 * 60 + 30,
        90,
        1,
        Both("晚风音乐会", "Evening concert"),
        Both("听完点灯，合一张大合影", "Lanterns, then one big photo"),
    ),
)

FESTIVAL = Both("禾友节：一针一线的见面", "Fan festival: stitched together")
FESTIVAL_LEAD = Both(
    "带上旧包，来见做包的人。一年一次，见面比上新要紧。",
    "Bring an old bag and meet its makers. Once a year, seeing you matters more than anything new.",
)
FESTIVAL_TEXT = Both(
    "下午一点半盖章入场，晚上八点半散场。工坊整个搬到江边：换线、补边、刻字，谁都可以坐下来缝完一条手绳带走。\n\n"
    "小朋友免票，工坊有儿童剪刀。需要轮椅、手语或安静区，报名时告诉我们，门口有人接。",
    "Stamp in at half past one, lanterns until half past eight. The whole workshop comes to the river: restitching, edges, "
    "engraving, and anybody may sit down and finish a bracelet.\n\n"
    "Children come free, and there are scissors for small hands. Tell us if you need a wheelchair route, sign language or a "
    "quiet corner: somebody will meet you at the gate.",
)
PLACE = Both("上海 · 西岸油罐广场", "Oil Tank Plaza, West Bund, Shanghai")
WAY = Both("地铁 11 号线云锦路站，步行 6 分钟，全程无台阶", "Metro 11 Yunjin Rd, 6 min walk, step-free")
FESTIVAL_PICTURE = Both(
    "傍晚的广场，彩旗、灯串和帐篷", "A square at dusk with bunting, string lights and tents"
)

LAST_FESTIVAL = Both("禾友节：把线接上", "Fan festival: picking up the thread")
LAST_LEAD = Both(
    "两天，四十张工作台，最后一个人收针才关灯。",
    "Two days, forty benches, and the lights stayed on until the last stitch.",
)

SALON = Both("修补夜：十二把凳子", "Mending night: twelve stools")
SALON_LEAD = Both(
    "带一只受过伤的包来，跟孙师傅学会一种补法。",
    "Bring one bag that has been hurt, and learn one way to mend it from Master Sun.",
)
SALON_PLACE = Both("杭州 · 朝禾工坊", "Zhaohe workshop, Hangzhou")
SALON_WAY = Both("古墩路公交站旁，门口有坡道", "Next to the Gudun Rd bus stop, with a ramp at the door")

BELL = Both("新年第一针：敲钟开工", "The year’s first stitch")
BELL_LEAD = Both(
    "只有三十个位子，不拼手速：先集合，再抽签。",
    "Thirty places, and no race for them: gather first, then the draw decides.",
)

ONLINE = Both("线上聊包会：养皮这件事", "An evening online: keeping leather well")
ONLINE_LEAD = Both(
    "一小时，三支油，随便问。在家就能来。",
    "One hour, three balms, any question. Come from your sofa.",
)

PAST_SALON = Both("秋天的换线下午", "An afternoon of new thread")
PAST_SALON_LEAD = Both("二十个人，二十根线。", "Twenty people, twenty threads.")

DRAFT = Both("山里开春：踏青日", "First walk of spring")
DRAFT_LEAD = Both(
    "背上常用的那只包，走六公里，山顶有热汤。",
    "Six kilometres with the bag you use most, and soup at the top.",
)
DRAFT_TEXT = Both(
    "路不陡，小朋友走得完。走累了，半路的茶亭有车接。",
    "The path is gentle enough for children. Whoever is tired is picked up at the tea house halfway.",
)
DRAFT_PLACE = Both("杭州 · 梅家坞", "Meijiawu, Hangzhou")
WALK = Both("踏青票", "A place on the walk")
WALK_NOTE = Both("带水，其余我们来", "Bring water, the rest is ours")

ENTRY = Both("入场", "Entry")
FAMILY = Both("手艺人家属", "Makers’ families")

GOLDEN = Both("炉边会员票", "Hearth ticket")
GOLDEN_NOTE = Both("提前 30 分钟入场 · 刻字皮牌一枚", "Enter 30 min early · engraved tag")
PAIR = Both("双人同行票", "Bring-a-friend ticket")
PAIR_NOTE = Both("两人入场 · 一起缝一条手绳", "Two entries · make a bracelet")
EARLY = Both("早鸟票", "Early bird")
EARLY_NOTE = Both("单人入场 · 纪念徽章", "One entry · pin badge")
FREE = Both("禾友票", "Friend ticket")
FREE_NOTE = Both("人人可领，一起来的最多五位", "For everybody, and up to five of you together")
HIDDEN = Both("手艺人家属票", "Makers’ family ticket")
HIDDEN_NOTE = Both("有口令才看得见", "Shown to who knows the word")
SEAT = Both("一把凳子", "A stool")
SEAT_NOTE = Both("工具和线都备好了", "Tools and thread are laid out")

PLEDGES = (
    ("nanzhi", Both("带妈妈的旧包来，换线，不换样子。", "")),
    ("mira", Both("", "I’ll bring two umbrellas and lend one.")),
    ("jiangye", Both("散场留下来收凳子，收到最后一把。", "")),
    ("susu", Both("教三个人打平结，学会为止。", "")),
)

#: what some answer to the two questions below
BROUGHT = (
    "妈妈那只托特",
    "用了三年的邮差包",
    "The brown one with the torn lining",
    "还没想好，可能两只都带",
    "掉了扣子的小方包",
    "我的第一只朝禾",
)

LETTER_SUBJECT = Both("带旧包来的，先看一眼", "If you bring an old bag")
LETTER_TEXT = Both(
    "换线摊一次能坐六十位，从两点半开始。\n\n包里的东西请先取出来，线的颜色到了再挑，样子不会变。",
    "The thread swap seats sixty and starts at half past two.\n\nPlease empty the bag first. You choose the thread there, "
    "and the shape stays as it is.",
)

PASSED_ON = Both(
    "那天我要值班，你替我去问问养皮的事。", "I’m on duty that night. Go and ask them about leather for me."
)

#: what those who came say of the afternoon: a score of one to five, and words or none
SAID = (
    (5, "孙师傅一句“不急”，我缝了两个小时。"),
    (5, "第一次知道换线能换出一只新包。"),
    (4, "人刚刚好，就是灯再亮一点更好。"),
    (5, ""),
    (3, "地方不太好找，门口可以放块牌子。"),
    (5, "Nobody hurried me. I would come again for the tea alone."),
    (4, ""),
    (5, "和邻座换了一根线，现在是朋友了。"),
    (4, "想要一张带回家的步骤图。"),
    (5, "女儿问下次是什么时候。"),
    (2, "等剪刀等了很久，多备两把吧。"),
    (5, ""),
)

BRING = Both("会带哪一只包来？", "Which bag will you bring?")
LEVEL = Both("以前缝过吗？", "Have you sewn before?")
LEVELS = (Both("第一次", "First time"), Both("缝过几针", "A few stitches"), Both("常缝", "Often"))

BADGE = Both("第二届禾友节", "Second fan festival")
BADGE_TEXT = Both("那天在场", "Was there")
BADGE_NOW = Both("第三届禾友节", "Third fan festival")
