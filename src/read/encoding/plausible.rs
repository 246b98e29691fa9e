//! Scores how much bytes look like text when they are read as an encoding.

use std::sync::LazyLock;

use bitvec::prelude::{BitBox, bitbox};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, SHIFT_JIS, UTF_8};

/// Returns how much the bytes look like text when read as `encoding`: a sum
/// over their characters, so comparable between encodings of the same bytes.
///
/// The weights are guesses; `tests/reading.rs` measures what they are worth.
pub(super) fn plausibility(bytes: &[u8], encoding: &'static Encoding) -> i64 {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let of_script = match Script::of(encoding) {
        Script::Chinese => chinese,
        Script::Japanese => japanese,
        Script::Korean => korean,
        Script::Other => other,
    };
    let weight = |c: char| match c {
        '\0'..='\x7f' => 0,
        '\u{fffd}' => -8,
        '\u{80}'..='\u{9f}' => -6,
        // Letters of Western text: two stand where one Chinese character would.
        '\u{a0}' | '©' | '®' | '°' | '·' | '«' | '»' | '\u{c0}'..='\u{17f}' => 1,
        '–' | '—' | '‘' | '’' | '“' | '”' | '…' => 3,
        // Four bytes of GB18030, which no other text has by chance.
        '\u{fe0e}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}' => 3,
        _ => of_script(c),
    };
    text.chars().map(weight).sum()
}

/// The script that an encoding was made for.
enum Script {
    Chinese,
    Japanese,
    Korean,
    Other,
}

impl Script {
    fn of(encoding: &'static Encoding) -> Script {
        match encoding {
            e if e == GB18030 || e == GBK || e == BIG5 || e == UTF_8 => Script::Chinese,
            e if e == SHIFT_JIS || e == EUC_JP || e == ISO_2022_JP => Script::Japanese,
            e if e == EUC_KR => Script::Korean,
            _ => Script::Other,
        }
    }
}

fn chinese(c: char) -> i64 {
    match c {
        _ if is_in(&COMMON, c) => 6,
        '\u{4e00}'..='\u{9fff}' => 1,
        '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff5e}' => 1,
        _ => -2,
    }
}

fn japanese(c: char) -> i64 {
    match c {
        // Half of all characters in Japanese prose are these.
        '\u{3041}'..='\u{3093}' => 6,
        '\u{30a1}'..='\u{30fc}' => 4,
        _ if is_in(&COMMON, c) || is_in(&COMMON_JAPANESE, c) => 4,
        '\u{4e00}'..='\u{9fff}' => 1,
        // Chinese in GBK is full of bytes that would be these.
        '\u{ff61}'..='\u{ff9f}' => -1,
        '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff5e}' => 1,
        _ => -2,
    }
}

fn korean(c: char) -> i64 {
    match c {
        _ if is_in(&COMMON_KOREAN, c) => 6,
        '\u{ac00}'..='\u{d7a3}' => 1,
        '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff5e}' => 1,
        '\u{4e00}'..='\u{9fff}' => -1,
        _ => -2,
    }
}

/// Weighs a character of an encoding of letters: Cyrillic, Greek, Thai …
fn other(c: char) -> i64 {
    if c.is_alphabetic() { 1 } else { -2 }
}

fn is_in(set: &BitBox, c: char) -> bool {
    set.get(c as usize).is_some_and(|common| *common)
}

fn set_of(characters: impl Iterator<Item = char>) -> BitBox {
    let mut set = bitbox![0; 0x1_0000];
    for c in characters {
        set.set(c as usize, true);
    }
    set
}

/// The characters that Japanese prose has beside kana and those it shares
/// with Chinese.
static COMMON_JAPANESE: LazyLock<BitBox> = LazyLock::new(|| set_of(COMMON_KANJI.chars()));

/// The syllables that make up most of Korean prose.
static COMMON_KOREAN: LazyLock<BitBox> = LazyLock::new(|| set_of(COMMON_HANGUL.chars()));

/// The characters that make up most of Chinese prose, both scripts.
static COMMON: LazyLock<BitBox> = LazyLock::new(|| {
    let signs = COMMON_SIGNS.chars().chain('０'..='９');
    set_of(signs.chain(COMMON_HAN.chars()))
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

/// Common characters of Japanese that the list above lacks, in no order.
const COMMON_KANJI: &str = "\
語校今気達私彼何使作聞都市県区町村駅円店売買発図変対学国会来時間続経済選挙員議党査研究始終技術械産働労病院医師康\
予画参族供育友夏冬朝昼夜食飲料週末午曜始約席閲覧童室館窓雪氷転注意農家温候急低圏防寒具体験試展示品点皿鉢瓶初解説\
製歩楽歌写真映画番組送受信読書込込払届申請役税保険給付額返済券増減確認検討応援協力団連盟際戦争平和条約憲法裁判罪";

/// Common syllables of Korean, in no order: a guess at the commonest of prose.
const COMMON_HANGUL: &str = "\
이다는의에을가고를은하지로한기도사리자어그대나인시서들해있라부정스전일보수제아주장상과것면원구성동여만으국안관비연문선\
유조신공거경무소생방진용모식실우위회학개세민체중계마려년미당적강오히러되습니었했았던된될할없같등및요네데와게람말터까\
며또더못내저너우때통양발재금행화교차바음열번호분령단점운명날씨집책읽쓰물건품의권야간심속결외러드르트크업입출력산토";
