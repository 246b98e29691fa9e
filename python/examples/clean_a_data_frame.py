"""Near-duplicates out of a data frame: exact, and with the reason for each."""

import leitong as lt
import polars as pl

news = pl.DataFrame(
    {
        "url": ["a", "b", "c"],
        "paper": ["江城日报", "新华社", "东岸晚报"],
        "body": [
            "到昨天傍晚，江面比清晨低了二十厘米，沿岸的菜地没有进水。",
            "到昨天傍晚，江面比清晨低了二十厘米，沿岸的菜地没有进水。",
            "批发市场的老板早上三点开秤，七点以前卖掉一多半。",
        ],
    }
)
clean = lt.dedup(news, id="url", text="body", source="paper", keep=["source:新华社"])
print(news.filter(clean.mask))
print(pl.DataFrame(clean.decisions).select("id", "action", "reason"))
assert news.filter(clean.mask)["url"].to_list() == ["b", "c"]
