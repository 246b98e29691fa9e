"""The stages one by one, over columns of Arrow: what an engine would run."""

from collections import defaultdict

import pyarrow as pa
from leitong import kernel

texts = pa.array(
    [
        "到昨天傍晚，江面比清晨低了二十厘米，沿岸的菜地没有进水。",
        "批发市场的老板早上三点开秤，七点以前卖掉一多半。",
        "到昨天傍晚，江面比清晨低了二十厘米，沿岸的菜地没有進水",
    ]
)
buckets = defaultdict(list)
for row, keys in enumerate(pa.array(kernel.band_keys(texts)).to_pylist()):
    for band, key in enumerate(keys):
        buckets[band, key].append(row)
pairs = sorted({(rows[0], row) for rows in buckets.values() for row in rows[1:]})
a, b = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
print(pa.table(kernel.verify(texts, a, b)).to_pydict())
print(kernel.components(len(texts), a, b).to_list())
assert kernel.components(len(texts), a, b).to_list() == [0, 1, 0]
