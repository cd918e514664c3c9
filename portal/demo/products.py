"""Shelves and bags of the demo's brand."""

from .texts_types import Both, Category, Product

CATEGORIES: tuple[Category, ...] = (
    Category("carry", Both("手提", "In the hand")),
    Category("shoulder", Both("肩背", "On the shoulder")),
    Category("road", Both("出远门", "For the road")),
    Category("small", Both("小件", "Small things")),
    Category("totes", Both("托特", "Totes"), "carry"),
    Category("doctor-bags", Both("医生包", "Doctor bags"), "carry"),
    Category("satchels", Both("邮差与剑桥", "Satchels"), "shoulder"),
    Category("soft-bags", Both("斜挎与软包", "Crossbody and soft bags"), "shoulder"),
    Category("backpacks", Both("双肩", "Backpacks"), "road"),
    Category("pouches", Both("手拿与钱夹", "Clutches and wallets"), "small"),
)

PRODUCTS: tuple[Product, ...] = (
    Product(
        "wheatfield-tote",
        Both("麦浪托特", "Wheatfield Tote"),
        "totes",
        "tote",
        "camel",
        Both(
            "麦浪托特是 2011 年的第一版，名字来自方禾老家五月的麦田。整张植鞣牛皮，从背到腹只裁一刀，所以每一只的纹路都不一样。\n\n底边转角的地方要用木锤敲四十下，皮才肯服帖。敲得少了会翘，敲得多了会薄，这四十下是老师傅数出来的。\n\n头半年颜色浅，之后跟着你的手汗和日头变深。我们留着一只 2011 年的，现在像一块太妃糖。",
            "The Wheatfield Tote was our first tote, in 2011, named after the fields around Fang He’s village in May. It is cut from one vegetable-tanned hide, back to belly in a single pass, so no two grains match.\n\nThe bottom corners are tapped forty times with a wooden mallet before the leather lies flat. Fewer and it lifts, more and it thins; an old hand counted.\n\nPale for half a year, then it darkens with your hands and the sun. We keep one from 2011. It looks like toffee.",
        ),
    ),
    Product(
        "early-spring-tote",
        Both("早春托特", "Early Spring Tote"),
        "totes",
        "tote",
        "cherry",
        Both(
            "樱桃红很难染。第一缸太紫，第二缸太橘，第七缸才像巷口那家店刚洗好的樱桃。\n\n包口比麦浪托特窄两厘米，坐地铁放腿上不会张开。里面有一个只放得下一张车票的小袋，是一位禾友写信来要的。",
            "Cherry red is hard to dye. The first vat was too violet, the second too orange; the seventh looked like cherries just washed at the shop on the corner.\n\nThe mouth is two centimetres narrower than the Wheatfield, so it stays shut on your lap in the metro. Inside is a pocket the size of one train ticket. A member wrote to ask for it.",
        ),
    ),
    Product(
        "afternoon-saddle",
        Both("午后马鞍包", "Afternoon Saddle"),
        "soft-bags",
        "saddle",
        "marigold",
        Both(
            "翻盖的弧线是照着一把旧马鞍描下来的，那把马鞍挂在呼和浩特一家小馆的墙上。\n\n弧线上一共八十六针，转弯处针距收到三毫米，手要慢下来。缝一个翻盖，正好是一壶茶的工夫。\n\n锁扣是黄铜的，会发暗，用牙膏擦一擦又亮。",
            "The curve of the flap was traced from an old saddle on the wall of a small restaurant in Hohhot.\n\nEighty-six stitches follow it; in the bend they close up to three millimetres and the hand slows down. One flap takes one pot of tea.\n\nThe lock is brass. It dulls; a little toothpaste brings it back.",
        ),
    ),
    Product(
        "well-bucket",
        Both("井水水桶包", "Well Bucket"),
        "soft-bags",
        "bucket",
        "denim",
        Both(
            "样子学的是绍兴老宅院里打水的木桶。上窄下宽，放地上不倒，放满了也好提。\n\n蓝色是靛蓝打底再上一层油蜡，深处偏青，磨到的地方会露出一点白，像洗过的牛仔裤。",
            "Its shape comes from the wooden buckets by the wells of Shaoxing: narrow above, wide below, steady on the ground and easy to lift when full.\n\nThe blue is indigo under oil and wax. It is greenish in the folds and lets a little white through where it rubs, like washed denim.",
        ),
    ),
    Product(
        "city-gate-satchel",
        Both("城门剑桥包", "City Gate Satchel"),
        "satchels",
        "satchel",
        "navy",
        Both(
            "两条皮带，两个针扣，中间一个浅袋，像西安城门的两扇门和门洞。\n\n为了让它放得下十三寸的电脑又不像电脑包，版子改了十一次。最后一次只改了两毫米。\n\n针扣后面藏了一颗磁扣，赶车的时候不用真的去系。",
            "Two straps, two buckles and a shallow pocket between: the two leaves of Xi’an’s gate and the arch.\n\nIt should hold a thirteen-inch computer without looking as if it did. That took eleven patterns; the last one changed by two millimetres.\n\nBehind the buckles sits a hidden magnet, for days when you run for the bus.",
        ),
    ),
    Product(
        "tea-table-satchel",
        Both("茶席邮差包", "Tea Table Satchel"),
        "satchels",
        "satchel",
        "olive",
        Both(
            "一位卖茶的禾友说，想要一只能装下一套旅行茶具又不磕碰的包。于是里衬用了三毫米的羊毛毡。\n\n橄榄绿是用茶渣试出来的方向，最后还是请染坊来定的色，茶渣太会褪。",
            "A member who sells tea wanted a bag for a travelling tea set that would not chip. So the lining is three-millimetre wool felt.\n\nThe olive began as an experiment with spent tea leaves. In the end a dye house fixed the colour; tea fades too gladly.",
        ),
    ),
    Product(
        "crescent-crossbody",
        Both("月牙斜挎", "Crescent Crossbody"),
        "soft-bags",
        "crossbody",
        "plum",
        Both(
            "半个月亮，一条拉链。能放手机、钥匙、一支口红、半包纸巾，再多就不肯了。\n\n背带的长度按一米五五到一米八五的同事一个个量过，打了九个孔，第五个是最多人用的。",
            "Half a moon and a zip. It takes a phone, keys, a lipstick and half a pack of tissues, and refuses more.\n\nWe measured the strap on colleagues from 155 to 185 centimetres and punched nine holes. Most people use the fifth.",
        ),
    ),
    Product(
        "cloud-hobo",
        Both("云朵软包", "Cloud Hobo"),
        "soft-bags",
        "hobo",
        "rose",
        Both(
            "这只包没有硬衬，放下来会自己塌成一团，所以叫云朵。\n\n皮要在滚筒里摔软八个小时，听起来像有人在隔壁洗鞋。出来以后挂一夜，第二天才裁。\n\n两头的铜环是焊死的，不会开口勾毛衣。",
            "There is no stiffening inside; put it down and it folds into itself, hence the cloud.\n\nThe hide tumbles in a drum for eight hours. It sounds like someone washing shoes next door. Then it hangs overnight before we cut.\n\nThe brass rings at both ends are welded shut, so they never open and catch a sweater.",
        ),
    ),
    Product(
        "old-clock-doctor",
        Both("老钟医生包", "Old Clock Doctor Bag"),
        "doctor-bags",
        "doctor",
        "cocoa",
        Both(
            "口金是天津一家做钟表外壳的小厂打的，开合的声音跟老座钟上弦一样，咔嗒。\n\n开口能张到九十度，像真正的医生包，低头一眼看到底。\n\n可可色的皮不上厚漆，划痕用手指搓热了会淡下去。",
            "The frame is made by a small works in Tianjin that used to make clock cases. It closes with the click of a clock being wound.\n\nIt opens to a right angle like a real doctor’s bag: you see the bottom at one glance.\n\nThe cocoa leather carries no thick finish. Warm a scratch with your finger and it fades.",
        ),
    ),
    Product(
        "bridgehead-weekender",
        Both("桥头出行包", "Bridgehead Weekender"),
        "doctor-bags",
        "doctor",
        "brick",
        Both(
            "两天一夜的大小：一身换洗，一双布鞋，一本书，一包给朋友的点心。\n\n底部多缝了一层砖红的厚皮，敢放在站台上。我们把样包放在杭州东站的长椅下面跟着人来来去去一个星期，只脏了底。",
            "The size of two days and one night: a change of clothes, cloth shoes, a book and a box of pastries for a friend.\n\nA second layer of thick brick-red leather protects the base, so it may stand on a platform. The sample spent a week under a bench at Hangzhou East; only the base got dirty.",
        ),
    ),
    Product(
        "mountain-path-backpack",
        Both("山路双肩", "Mountain Path Backpack"),
        "backpacks",
        "backpack",
        "green",
        Both(
            "三十位禾友背着样包上过黄山、武功山、梵净山，也背着挤过早高峰。肩带的角度改了三次，改到下山的时候不往前冲。\n\n松绿色的皮做过防泼水，小雨不用躲，大雨还是请你躲一躲。\n\n前袋的针距放宽了一点，方便以后拆开修。",
            "Thirty members took the sample up Huangshan, Wugong and Fanjing, and through the morning rush. The straps changed angle three times, until the bag stopped pushing on the way down.\n\nThe pine-green leather sheds light rain. In heavy rain, please take shelter, both of you.\n\nThe front pocket is sewn with a slightly longer stitch, so that it can be opened for repair one day.",
        ),
    ),
    Product(
        "nightwalk-backpack",
        Both("夜行双肩", "Nightwalk Backpack"),
        "backpacks",
        "backpack",
        "ink",
        Both(
            "写给晚下班的人。背面缝了一条反光线，车灯照过来会亮，平时看不出来。\n\n电脑仓悬空两指，放下去的时候不会咚的一声。",
            "For people who leave work late. A reflecting thread runs down the back: headlights find it, daylight does not.\n\nThe laptop pocket hangs two fingers above the base, so there is no thud when you set it down.",
        ),
    ),
    Product(
        "palm-clutch",
        Both("一掌手拿包", "Palm Clutch"),
        "pouches",
        "clutch",
        "coral",
        Both(
            "刚好一个手掌加一个指节。里面有一条可以拆的腕带，跳舞的时候套在手上。\n\n珊瑚色的边油要刷五遍，每一遍晾干了再磨，摸起来像鹅卵石。",
            "One palm and one knuckle long. A wrist strap hides inside, for dancing.\n\nThe coral edge is painted five times, dried and sanded in between, until it feels like a pebble.",
        ),
    ),
    Product(
        "small-change-wallet",
        Both("小钱夹", "Small Change Wallet"),
        "pouches",
        "wallet",
        "brick",
        Both(
            "用做大包裁下来的边角皮做的，所以每一批颜色都有一点出入。\n\n学徒的第一件完整作品都是它。线头收得不够好的，我们自己留着用。",
            "Made from what is left when the large bags are cut, so every batch differs a little in colour.\n\nIt is each apprentice’s first finished piece. Those whose thread ends are not neat enough we keep and use ourselves.",
        ),
    ),
)
