"""The demo's product trials: one that takes applications, one in which staff choose, one
that is under way, and one that ended and changed a bag."""

from __future__ import annotations

from dataclasses import dataclass

from .texts_types import Both


@dataclass(frozen=True)
class Trial:
    """What is tried, by how many, and what is asked; ``aspects`` are rated in reports."""

    product: str
    name: Both
    brief: Both
    seats: int
    questions: tuple[Both, ...]
    aspects: tuple[Both, ...]
    version: str = ""
    region_most: int | None = None


@dataclass(frozen=True)
class Report:
    """What one tester found; ``suggestions`` with the brand's answer, which begins with + where it was adopted."""

    first_look: str
    in_use: str
    likes: str
    dislikes: str
    points: tuple[int, ...]
    suggestions: tuple[tuple[str, str], ...]
    pictures: tuple[tuple[str, str], ...]


QUESTIONS = (
    Both("平常一天，你会往包里放些什么？", "On a usual day, what do you carry?"),
    Both("你最想试出它的哪个毛病？打算怎么试？", "Which weakness would you look for, and how?"),
)
SOURCE = Both(
    "名单封存第二天那一期双色球的六个红球号码，从小到大",
    "The six red numbers of the Double Colour Ball draw on the day after the list froze, in ascending order",
)

OPEN = Trial(
    "mountain-path-backpack",
    Both("山路双肩，带它走一次远路", "The Mountain Path, on a long road"),
    Both(
        "新一版山路双肩换了背板，也换了肩带的角度。我们在工坊里背着砖头走了四十公里，可砖头不会说话。\n\n请带它出一次真正的远门：火车、山路、暴雨都行。两个星期后告诉我们哪里硌、哪里晃、哪里进水。包归你，实话归我们。",
        "The new Mountain Path has another back and another angle to its straps. We walked forty kilometres with bricks in it, but bricks do not talk.\n\nTake it on a real journey: a train, a mountain, a downpour. After two weeks, tell us where it rubs, where it sways and where the rain came in. The bag is yours, the truth is ours.",
    ),
    8,
    QUESTIONS,
    (
        Both("背负", "Carrying comfort"),
        Both("防水", "Keeping dry"),
        Both("收纳", "Order inside"),
        Both("做工", "Make"),
    ),
)
PICKING = Trial(
    "wheatfield-tote",
    Both("麦浪托特 4.0，装满它一个月", "Wheatfield Tote 4.0, full for a month"),
    Both(
        "明年春天的麦浪托特，提手改用整条卷边的皮。我们想知道它装满电脑、水壶和一本字典之后，一个月下来会变成什么样。\n\n不用好好爱护它，照平常那样用就行。",
        "Next spring the Wheatfield Tote gets handles of one rolled strip of leather. We want to know what a month with a laptop, a flask and a dictionary does to them.\n\nDo not be kind to it. Use it as you use any bag.",
    ),
    12,
    QUESTIONS,
    (Both("提手", "Handles"), Both("装得下", "Room"), Both("皮子的变化", "How the leather ages")),
    region_most=3,
)
ENDED = Trial(
    "cloud-hobo",
    Both("云朵软包，背到不想背为止", "The Cloud Hobo, until you are tired of it"),
    Both(
        "第一批云朵软包只做了四只试用的。它很轻，可我们担心装满了会勒肩膀。",
        "Of the first Cloud Hobo we made four to try. It is light, but we worry that it cuts once it is full.",
    ),
    4,
    QUESTIONS,
    (Both("肩带", "Strap"), Both("轻", "Lightness"), Both("容量", "Room"), Both("做工", "Make")),
)
RUNNING = Trial(
    "tea-table-satchel",
    Both("茶席邮差包，骑车上班两星期", "The Tea Table Satchel, two weeks on a bicycle"),
    Both(
        "茶席邮差包的扣子和背带都换了新的。骑车的时候它会不会晃到前面来？雨天会不会打滑？我们自己骑得太少，想听听天天骑车的人怎么说。",
        "The Tea Table Satchel has a new buckle and a new strap. Does it swing to the front on a bicycle, does it slip in the rain? We cycle too little ourselves to know.",
    ),
    6,
    QUESTIONS,
    (Both("骑行时稳不稳", "Steady on a bicycle"), Both("扣子", "Buckle"), Both("防雨", "In the rain")),
)

#: what they carry
CARRIES = (
    "电脑、水壶、孩子的画笔，还有一袋随时会漏的豆浆。",
    "我是幼儿园老师，每天背绘本、水壶和一大包贴纸。",
    "两部相机，三支镜头，一件雨衣。",
    "一本没看完的书，一把伞，药盒，剩下全是纸巾。",
    "上班是电脑和饭盒，下班是菜场的葱和豆腐。",
    "听诊器、白大褂，和永远吃不上的午饭。",
    "琴谱，节拍器，一双换脚的平底鞋。",
    "猫粮。每次都说路过再买，每次都背了三公斤回家。",
    "图纸一卷，卷尺一把，安全帽挂外面。",
    "孩子的水杯、外套、捡来的石头，我自己的只有一串钥匙。",
    "出差多，充电宝、电脑、换洗衣服，一个包解决三天。",
    "A laptop, a flask, running shoes, and far too many receipts.",
    "两本速写本，一盒固体水彩，一瓶洗笔的水。",
    "上课用的平板、粉笔套、学生忘在教室的雨伞。",
    "账本、印泥和一台老计算器，重得要命。",
    "健身的衣服，护膝，一盒鸡胸肉。",
)
#: what they would look for
LOOKS_FOR = (
    "想知道装满以后勒不勒手。我会每天称一次重，拍提手的同一个地方，一个月后排在一起给你们看。",
    "我住六楼没电梯，每天爬十二趟楼，肩带松不松，三天就知道。",
    "底角。我的包都是从底角先坏的，我会专门放在水泥地上。",
    "雨天。我骑车上下班，一个月总要淋透两三回，我想看里面那层湿没湿。",
    "单手能不能拉开。我另一只手永远牵着小孩，我会数一天里要换几次手。",
    "颜色。浅色包我敢背去菜场，看它一个月后还敢不敢见人，不洗，不擦，照实拍。",
    "缝线。我妈做了三十年裁缝，我会让她一针一针看，她嘴很毒。",
    "I would fly with it six times and put it under the seat, and photograph the corners after each flight.",
    "地铁早高峰，挤变形了能不能自己弹回来。",
    "会请班上另外两位老师一起背一周，把三个人的感受都写给你们。",
    "想试它站不站得住。我总把包放地上，一倒东西就滚一地，我会录下来。",
    "内袋好不好找。我闭着眼摸钥匙，计时，连着记二十天。",
)
#: what says little, and is graded so
SAYS_LITTLE = ("好看，想要。", "支持朝禾！", "我会好好爱惜它的。")

NOMINATED_BECAUSE = "她是左撇子，我们的样包从来没给左手试过。"
MOVED = "公司外派，下周就出国，包还没寄出。"
EXCUSE = "住院了，包已经寄到，说好不催。"

#: which one the reports below are about: the bag had no versions then
TESTED = "第一批，米白"
REPORTS = (
    Report(
        "盒子里有一张手写的卡片，闻得到皮子的味道，很淡，不冲鼻子。第一眼觉得比照片里大一圈，捏起来像面团，放在沙发上会自己找一个舒服的姿势躺下。拉链头是小小的云，摸着凉凉的。我妈路过说，这个包看着没骨头，能装东西吗？我说正要试。",
        "第一周只放手机和钥匙，轻得常常忘了自己背着包。第二周开始装电脑、水壶和一本厚书，大概四公斤，走二十分钟就要换一次肩，冬天穿厚衣服还好，穿毛衣的那几天肩上勒出了两道红印，我拍下来了。地铁上被挤扁过三次，拿出来抖一抖就回来了。下过一场小雨，里面没有湿，外面的水珠一擦就掉。第三周我妈借去走了一趟亲戚，回来说轻是真轻，就是掏钥匙的时候在楼道里翻了五分钟，邻居以为她迷路了。",
        "真的轻。空包三百多克，我称过。放下去不倒，也不会硌着人。",
        "装满以后肩带太窄，勒肩膀，而且会往下滑。里面只有一个口袋，钥匙总是沉在最底下。",
        (2, 5, 4, 5),
        (
            (
                "肩带加宽一点，背面垫一层软的东西，装满就不会勒了。",
                "+肩带加宽到四厘米，背面缝了一层软毡。谢谢你拍的那两道红印，师傅们看了很久。",
            ),
            (
                "里面加一个能挂钥匙的小环。",
                "试了三种位置，都会在内衬上磨出印子。先不加，我们在找别的办法。",
            ),
        ),
        (
            ("bag", "空着的云朵软包，放在窗边的凳子上"),
            ("bag_closeup", "拉链头近看，像一朵小云"),
            ("commute", "早高峰的地铁里，包挤在胸前"),
            ("desk", "装满以后放在书桌上，旁边是电脑和水壶"),
            ("rain", "雨天的街边，包面上有水珠"),
        ),
    ),
    Report(
        "收到的那天正好搬工作室，第一件事就是拿它装了一堆零碎。皮子很软，拿在手里像一块刚揉好的面。线是同色的，要凑近才看得见，针脚很匀，只有底角有一处稍微歪了一点点，不说没人会发现。",
        "我画画，每天背两本速写本、一盒水彩、一瓶水。速写本是硬的，放进软包里角会顶出来，包看着就方了，不像云了，像豆腐。不过画具怎么放都放得下，容量比看上去大很多。背了二十三天，里子沾了两次颜料，湿布一擦就没了，这一点我很意外。坐地铁的时候我习惯把包抱在怀里靠着椅背打盹，一靠，背上的扣子就顶住肩胛骨，每次都把我顶醒，坐过站倒是一次也没有。下雨天骑车淋过一回，水从包口的缝里进来了一点点，不多，纸巾湿了两张。",
        "里子不怕脏，能擦。容量像个无底洞，菜场回来还能塞一把葱。",
        "装硬东西就没有形状了。肩带的扣子在肩胛骨那里，靠椅背的时候会硌。",
        (3, 4, 5, 4),
        (
            (
                "把肩带的扣子往下挪五厘米，坐着靠椅背就不硌了。",
                "+和加宽的肩带一起改了，扣子往下挪了六厘米。",
            ),
        ),
        (
            ("workshop", "搬家那天，包放在一堆画具中间"),
            ("bag", "装了速写本以后，包的角方方的"),
            ("market", "从菜场回来，葱从包口探出来"),
            ("cafe", "咖啡馆的椅背上挂着云朵软包"),
            ("bag_closeup", "里子擦干净以后的样子"),
        ),
    ),
    Report(
        "比我想象的要素。没有大标志，只在里面缝了一小块皮牌，我喜欢这样。刚拿到有一点生皮的味道，晾了两天就散了。皮面上有一道浅浅的生长纹，卡片上写了这不是瑕疵，我觉得挺好看的，像一道云边。",
        "带着它坐了两趟高铁、一趟夜船。塞在座位前面的袋子里刚好，睡觉的时候还能当枕头，比充气的强。装了三天的换洗衣服也不显得鼓。只是满的时候单肩背着走久了肩膀会酸，我换成斜着背，带子又短了一截，够不着。我男朋友一米八，背上像挂了个小学生书包，同船的大叔笑了一路。海风里吹了两天，皮面没有起皱，拉链也没有涩，回家擦了擦，颜色比走的时候深了一点点，摸着更软了。我妹妹看了说像养熟了。",
        "能当枕头。认真的，里面放件毛衣，一路睡到厦门。",
        "肩带不够长，个子一米七以上的人斜背不了。满了单肩会酸。",
        (2, 5, 5, 5),
        (
            (
                "肩带能不能再长十厘米，让高个子也可以斜背。",
                "这一版先把肩带加宽了，加长会让短的那一头打卷。下一版我们做可以换的肩带。",
            ),
        ),
        (
            ("travel", "夜船的甲板上，包放在膝头"),
            ("bag", "高铁座位前面的袋子里，刚好放下"),
            ("friends", "和朋友在码头，斜背着云朵软包"),
            ("portrait", "单肩背着，站在骑楼下面"),
            ("bag_closeup", "皮面上那道浅浅的生长纹"),
        ),
    ),
)
