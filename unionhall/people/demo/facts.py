"""General knowledge about Chinese names: which surnames are common, which names which decade gave.

The shares are rounded general knowledge, fit for made-up people and for nothing else.
"""

from types import MappingProxyType

# Two hundred of the most common surnames, most common first.
SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
    "汤康易乔文赖樊兰殷施洪翟安颜倪牛温芦季俞章鲁葛伍申尤毕聂焦齐梅庄辛管祝左涂谷时舒耿卜路詹关苗凌费纪靳"
    "盛童欧甄项曲成游阳裴席卫查屈鲍位霍翁隋植甘景薄单包司柏宁柯阮桂闵解强丛岳车连井冉宫边隆瞿房巩岑褚佟娄"
)
COMPOUND_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "尉迟", "皇甫", "令狐", "慕容")
# Shares in per mille of the first ones; the others fall off as 55 divided by their place.
SURNAME_SHARES = (72, 72, 68, 54, 46, 31, 22, 22, 20, 20, 15, 15, 13, 12, 11, 11, 11, 10, 10, 10)
COMPOUND_SHARE = 0.2  # per mille, each

# Characters of given names by decade of birth: men, women.
GIVEN = MappingProxyType(
    {
        1950: (
            "国建华德明文玉福贵志荣保庆成光永春生海林树山振忠",
            "秀英兰珍玉凤桂芳花淑华云霞琴莲香珠芝美月翠素梅荣",
        ),
        1960: (
            "建国军卫东红华明志强伟平新永民利跃进胜海忠春生林",
            "秀英红玉丽芳淑华兰霞敏艳萍凤琴桂梅云玲香春平荣珍",
        ),
        1970: (
            "军勇伟强刚建志斌明辉涛海波永峰新宏林东晓杰文武春",
            "丽艳红霞敏静燕玲萍芳娟英梅琴华秀晓春云玉平慧娜莉",
        ),
        1980: (
            "伟磊鹏超涛强勇杰军斌波辉刚峰凯亮健晓龙志飞宇明洋",
            "静丽娜燕敏艳婷娟丹霞莉红晶玲洁颖雪倩慧琳萍晓芳佳",
        ),
        1990: (
            "浩鹏宇杰超磊凯俊帅龙鑫阳博文志明伟航天翔健旭晨辉",
            "婷雪佳悦欣倩颖琳慧雨莹文静璐丹梦娇思晶瑶洁玉晓蕾",
        ),
        2000: (
            "浩宇轩泽俊博文杰子涵天睿铭昊鑫嘉晨阳志航旭晟一辰",
            "雨欣涵佳怡梓萱悦诗琪思雅梦瑶婷妍若彤慧语嘉欢可心",
        ),
    }
)
# Share of given names of one character, by decade.
SINGLE_SHARES = MappingProxyType({1950: 0.08, 1960: 0.18, 1970: 0.35, 1980: 0.45, 1990: 0.35, 2000: 0.12})

# Schooling by decade of birth: shares of the `Education` codes in percent.
EDUCATION = MappingProxyType(
    {
        1950: {"80": 30, "70": 45, "60": 15, "40": 6, "30": 3, "20": 1},
        1960: {"80": 14, "70": 50, "60": 20, "40": 8, "30": 6, "20": 2},
        1970: {"80": 6, "70": 44, "60": 18, "40": 12, "30": 12, "20": 7, "10": 1},
        1980: {"80": 2, "70": 30, "60": 15, "40": 14, "30": 20, "20": 16, "10": 3},
        1990: {"70": 14, "60": 13, "40": 15, "30": 27, "20": 26, "10": 5},
        2000: {"70": 9, "60": 16, "40": 20, "30": 31, "20": 24},
    }
)

# Beginnings of mobile numbers that no operator had been given when this was written (general knowledge),
# so that a made-up phone is nobody's.
PHONE_BEGINNINGS = ("154", "160", "163", "164", "168", "169")
