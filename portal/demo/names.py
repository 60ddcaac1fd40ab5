"""Invented words from which the names of institutions and people of the demonstration are put together."""

from __future__ import annotations

# Two-character words that name no place or body of Chongqing; every institution of the demonstration carries one.
PLACE_WORDS: tuple[str, ...] = tuple(
    ["青禾", "云岭", "江屿", "松涧", "岚汀", "汀兰", "鹭坪", "枫渡", "竹隐", "蕙溪", "芷湾", "澄屿", "星坞", "月坪", "晴川", "听松", "望屿", "临岚", "映溪", "知禾", "望禾", "揽云", "沐岚", "栖岭", "疏桐", "汐湾", "霁云", "麓禾", "禾屿", "雁汀", "鹿坞", "鸥渚", "棠溪", "樟屿", "榆涧", "桐汀", "苇渡", "荷坞", "梧岭", "枫屿", "银汀", "碧坞", "翠屿", "素溪", "朗云", "怀屿", "听澜", "观屿", "漱石", "濯缨", "景澜", "若溪", "清砚", "墨屿", "书禾", "砚池", "文屿", "弘禾", "崇岚", "启屿", "明汀", "云间", "山止", "水汀", "远岫", "岫云", "岚屿", "苍屿", "叠翠屿", "浅溪", "深坞"]
)

FAMILY_NAMES: tuple[str, ...] = tuple("陈李王张刘杨黄周吴徐孙胡朱高林何郭罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")

GIVEN_NAMES: tuple[str, ...] = tuple(
    ["示例", "试远", "例安", "示禾", "样清", "例宁", "试舟", "样和", "示岚", "例川", "试言", "样书", "示宁", "例嘉", "试禾", "样岚", "示舟", "例文", "试安", "样川"]
)
"""Given names with one of 示 (show), 例 (example), 试 (trial), 样 (sample): nobody is called so."""
