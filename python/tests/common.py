"""What several tests need: the articles of the repository, the command."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

CORPUS = Path(__file__).parents[2] / "corpus" / "articles"

TEXT = "各地要落实联防联控、群防群治的要求，守住社区这道防线。"

NEWS = [
    {
        "url": "river-1",
        "paper": "江城日报",
        "date": "2021-07-03",
        "body": "今年第一场大雨过后，江边的三座泵站全部开机。值班员每半小时看一次水尺，"
        "把读数报给区里。到昨天傍晚，江面比清晨低了二十厘米，沿岸的菜地没有进水。"
        "各街道要坚持守土有责、守土尽责，把每一段堤都看住。",
    },
    {
        "url": "river-2",
        "paper": "东岸晚报",
        "date": "2021-07-02",
        "body": "今年第一場大雨過後，江邊的三座泵站全部開機。值班員每半小時看一次水尺，"
        "把讀數報給區裡。到昨天傍晚，江面比清晨低了二十厘米，沿岸的菜地沒有進水。"
        "各街道要堅持守土有責、守土盡責，把每一段堤都看住。",
    },
    {
        "url": "river-3",
        "paper": "南桥新闻网",
        "date": None,
        "body": "今年第一场大雨过后，江边的三座泵站全部开机。值班员每半小时看一次水尺，"
        "把读数报给区里。到昨天傍晚，江面比清晨低了二十厘米，沿岸的菜地一块也没有进水。"
        "各街道要坚持守土有责、守土尽责，把每一段堤都看住。",
    },
    {
        "url": "market",
        "paper": "江城日报",
        "date": "2021-10-12",
        "body": "连着晴了十天，白菜和萝卜都便宜下来。批发市场的老板早上三点开秤，"
        "七点以前卖掉一多半。买菜的人说，比上个月省了三分之一的钱。老板说，守土有责、守土尽责，秤要准。",
    },
    {"url": "empty", "paper": None, "date": None, "body": None},
]

NAMES = {"id": "url", "text": "body", "date": "date", "source": "paper"}


def has(module: str) -> bool:
    """Return whether a module is installed."""
    return importlib.util.find_spec(module) is not None


def command(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    """Run the console script that the wheel installs."""
    script = Path(sys.executable).parent / "leitong"
    words = [str(script), *map(str, arguments)]
    return subprocess.run(words, capture_output=True, check=False)
