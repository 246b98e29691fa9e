//! Scores how much bytes look like text when they are read as an encoding.

use std::sync::LazyLock;

use bitvec::prelude::{BitBox, bitbox};
use encoding_rs::Encoding;

/// Returns how much the bytes look like text when read as `encoding`: a sum
/// over their characters, so comparable between encodings of the same bytes.
pub(super) fn plausibility(bytes: &[u8], encoding: &'static Encoding) -> i64 {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let weight = |c: char| match c {
        '\0'..='\x7f' => 0,
        '\u{fffd}' => -8,
        '\u{80}'..='\u{9f}' => -6,
        // Letters of Western text: two stand where one Chinese character would.
        '\u{a0}' | '©' | '®' | '°' | '·' | '«' | '»' | '\u{c0}'..='\u{17f}' => 1,
        '–' | '—' | '‘' | '’' | '“' | '”' | '…' => 3,
        // Four bytes of GB18030, which no other text has by chance.
        '\u{fe0e}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}' => 3,
        _ if COMMON.get(c as usize).is_some_and(|common| *common) => 6,
        '\u{4e00}'..='\u{9fff}' => 1,
        '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff5e}' => 1,
        _ => -2,
    };
    text.chars().map(weight).sum()
}

/// The characters that make up most of Chinese prose, both scripts.
static COMMON: LazyLock<BitBox> = LazyLock::new(|| {
    let mut common = bitbox![0; 0x1_0000];
    for c in COMMON_SIGNS
        .chars()
        .chain(COMMON_HAN.chars())
        .chain('０'..='９')
    {
        common.set(c as usize, true);
    }
    common
});

/// Punctuation that is frequent in Chinese prose.
const COMMON_SIGNS: &str = "，。、：；！？（）《》「」\u{3000}";

/// Common characters in no order: a guess at the commonest few hundred of
/// today's and of classical prose; `tests/reading.rs` holds what it is worth.
const COMMON_HAN: &str = "\
的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后\
作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因\
只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应\
战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿\
原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太\
量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界\
达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今\
切院让识候带导争运笔级织技际商增村企农城府济革委党服务会议省县镇报道记者群众监督检查责任费用收入\
這個們來為國說時會對過發後裡還進樣開從實軍無與長機現當動經沒於將兩間問業關點體見產話給東門員論處\
義幾條係氣題爾別變總電數報結應戰頭場計資許統區隊決馬書則聽卻達強難權設記類據張該規萬覺術領確傳師\
觀讓識帶導爭運級織際農濟黨務議縣鎮眾檢責費臺灣學習風華語樂聞車買賣錢請謝歡愛並廣終單畫線飛親遠陽\
也者曰其乃若夫矣焉乎君臣帝侯將軍太守春秋花月風雨雲山江河夜酒詩歌人心白日青天故鄉客歸舊";
