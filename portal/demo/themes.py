"""Themes on the wall, the weekly prompts and the brand's own news."""

from .texts_types import Both, News, Prompt, Theme

THEMES: tuple[Theme, ...] = (
    Theme("myfirst", Both("第一只", "My first")),
    Theme("frommum", Both("妈妈传给我", "From mum")),
    Theme("ontheroad", Both("在路上", "On the road")),
    Theme("mended", Both("修过一次", "Mended once")),
    Theme("commute", Both("上班路", "Commute")),
    Theme("bigday", Both("大日子", "A big day")),
    Theme("inside", Both("包里有什么", "What’s inside")),
    Theme("byhand", Both("亲手做的", "By hand")),
)

#: the festival's own hashtag; no theme, it is pinned to no wall
FESTIVAL_TAG = "禾友节"

PROMPTS: tuple[Prompt, ...] = (
    Prompt(
        0,
        "ticketstub",
        Both("留着的票根", "The stub I kept"),
        Both(
            "你的包里，有没有一张舍不得扔的票根？",
            "Is there a ticket in your bag that you cannot throw away?",
        ),
    ),
    Prompt(
        1,
        "rainyday",
        Both("下雨那天", "That rainy day"),
        Both("下雨那天，你和它是怎么回家的？", "How did the two of you get home on that rainy day?"),
    ),
    Prompt(
        2,
        "catfirst",
        Both("猫先进去了", "The cat got in first"),
        Both("你家谁最先占了新包？", "Who at home moved into the new bag before you did?"),
    ),
    Prompt(
        3,
        "mymonday",
        Both("周一早上", "Monday morning"),
        Both("周一早上八点，你的包里有什么？", "Monday, eight o’clock: what is in your bag?"),
    ),
    Prompt(
        4,
        "twoofus",
        Both("我们俩", "The two of us"),
        Both("和谁背过同一只包？", "With whom have you shared one bag?"),
    ),
    Prompt(
        5,
        "mycorner",
        Both("我城市的一角", "A corner of my city"),
        Both("带它去你最常去的那个角落，拍一张。", "Take it to the corner you go to most, and show us."),
    ),
)

NEWS: tuple[News, ...] = (
    News(
        "owner",
        Both(
            "第三届禾友节定下来了，还在上海西岸油罐广场。下午一点半盖章入场，天黑了点灯。会带二十台手缝架过去，谁都可以坐下来缝完一条手绳带走。",
            "The third fan festival is settled: Oil Tank Plaza again, West Bund, Shanghai. Doors and stamps at half past one, lamps at dusk. Twenty stitching ponies come along: sit down, finish a bracelet, take it home.",
        ),
        "festival",
        pinned=True,
    ),
    News(
        "manager",
        Both(
            "修补台搬到一楼靠窗的位置了。孙师傅说，光好，线就直。周二到周六都在，换边油、补线、换扣不收工钱，只收材料。",
            "The mending bench has moved to the window on the ground floor. Master Sun says good light makes straight thread. Tuesday to Saturday; edges, seams and buckles cost you the material only.",
        ),
        "repair",
    ),
    News(
        "owner",
        Both(
            "山路双肩拿了今年的「耐用设计」小奖。评委背着它走了四个月，最后把包还给我们的时候，里面还有半包饼干。谢谢第一批帮忙试背的三十位禾友，肩带的角度是你们改出来的。",
            "The Mountain Path Backpack won a small prize for lasting design. A juror carried it for four months and returned it with half a packet of biscuits inside. Thank you to the thirty members who tried the first batch: the angle of the straps is yours.",
        ),
        "workshop",
    ),
    News(
        "host",
        Both(
            "成都的小店开了，在玉林一条有黄桷树的巷子里。十二平米，三把椅子，一壶茶。路过来坐，不买也行。",
            "A small shop has opened in Chengdu, in a Yulin lane with a banyan tree. Twelve square metres, three chairs, one teapot. Come and sit; you need not buy anything.",
        ),
        "cafe",
    ),
    News(
        "moderator",
        Both(
            "这面墙满一百个故事了。第一个是南枝写的，关于妈妈的车票。我们把这一百个故事抄在一本手缝的册子里，放在杭州工坊的门口，谁来都可以翻。",
            "The wall has its first hundred stories. The very first was Nanzhi’s, about her mother’s train ticket. We copied all hundred into a hand-sewn book; it lies by the door of the Hangzhou workshop for anyone to leaf through.",
        ),
        "desk",
    ),
    News(
        "manager",
        Both(
            "明年春天的第一只包，我们打算用拆下来的旧帆来做。上周去舟山收了三张帆，其中一张跟着一条渔船走了二十二年，上面还有补丁。打样台上现在躺着两个版本：一个留着补丁，一个不留。看完照片，在下面告诉我们你选哪一个，孙师傅等着下剪刀。",
            "The first bag of next spring will be cut from old sails. Last week we fetched three from Zhoushan; one of them spent twenty-two years on the same fishing boat and still wears its patches. Two samples lie on the bench, one with a patch and one without. Look at the photo and tell us below which one: Master Sun waits with the scissors.",
        ),
        "workshop",
        teaser=Both(
            "明年春天的第一只包，会是什么做的？先说给会员听，也请会员来选。",
            "What will the first bag of next spring be made of? Members hear it first, and choose with us.",
        ),
    ),
)
