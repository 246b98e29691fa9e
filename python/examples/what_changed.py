"""Two versions of one article, side by side."""

import leitong as lt

morning = (
    "今年第一场大雨过后，江边的三座泵站全部开机。值班员每半小时看一次水尺，把读数报给区里。"
    "到昨天傍晚，江面比清晨低了二十厘米，沿岸的菜地没有进水。"
)
evening = morning.replace("没有进水", "一块也没有进水")
compared = lt.compare(morning, evening)
print(compared)
print(compared.relation, round(compared.jaccard, 3))
for change in compared.changes:
    print(change["kind"], change["text_a"], "→", change["text_b"])
assert compared.relation == "version"
