//! Folds a text, so that people find it whose keyboard or habit leaves out marks, or writes another form of a letter.
//!
//! What is folded is what collation calls a difference below the first level: case, accents, vowel points, tone marks,
//! joiners. Both a stored text and a typed one are folded, so a folded text is only compared and never shown.

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use unicode_normalization::UnicodeNormalization;

/// The characters that people type as an apostrophe, or instead of a letter like it (Hawaiian, Uzbek, Arabic in Latin
/// letters, Hebrew). Some of them decompose into a space and an accent.
pub const APOSTROPHES: &[char] = &[
    '\'', '`', '´', '‘', '’', '‛', '′', 'ʹ', 'ʻ', 'ʼ', 'ʽ', 'ʾ', 'ʿ', 'ˈ', '＇', '\u{5F3}', '\u{5F4}', '\u{A78C}',
    '\u{55A}',
];

/// Folds a text: lower case, without the marks that people leave out, variants of a letter as the base letter.
///
/// In the scripts of India and South-East Asia, vowel signs stay: they distinguish words.
pub fn fold(text: &str) -> String {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let text = text.chars().map(|c| if APOSTROPHES.contains(&c) { '\'' } else { c });
    let mut folded = String::with_capacity(text.size_hint().0);
    for c in text.nfkd().flat_map(char::to_lowercase).filter(|c| !is_left_out(*c) && !ignorable.contains(*c)) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ŋ' => folded.push_str("ng"),
            // Malayalam and Bengali have letters for a consonant without a vowel.
            'ൺ' => folded.push_str("ണ്"),
            'ൻ' => folded.push_str("ന്"),
            'ർ' => folded.push_str("ര്"),
            'ൽ' => folded.push_str("ല്"),
            'ൾ' => folded.push_str("ള്"),
            'ൿ' => folded.push_str("ക്"),
            'ৎ' => folded.push_str("ত্"),
            // Thai and Lao AE, typed as two E.
            'เ' | 'ເ' if folded.ends_with(c) => {
                folded.pop();
                folded.push(if c == 'เ' { 'แ' } else { 'ແ' });
            }
            // Stored texts never contain it, and PostgreSQL rejects it.
            '\0' => folded.push('\u{FFFD}'),
            c => folded.push(fold_letter(c)),
        }
    }
    // Composed, except for AM, which has no canonical composition.
    folded.nfc().collect::<String>().replace("\u{E4D}า", "ำ").replace("\u{ECD}າ", "ຳ")
}

/// Returns true for marks that are left out in typing, and that differ below the first level of collation.
fn is_left_out(c: char) -> bool {
    matches!(c,
        // Accents.
        '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        // Hebrew points and accents.
        | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}' | '\u{5C7}'
        // Arabic vowel signs, the seats of hamza, hamza by itself, tatweel.
        | '\u{610}'..='\u{61A}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6DC}' | '\u{6DF}'..='\u{6E8}'
        | '\u{6EA}'..='\u{6ED}' | '\u{8D3}'..='\u{8E1}' | '\u{8E3}'..='\u{8FF}' | '\u{621}' | '\u{640}'
        // Syriac points; the marks of long consonants in Ethiopic.
        | '\u{730}'..='\u{74A}' | '\u{135D}'..='\u{135F}'
        // Dots below letters of the scripts of India.
        | '\u{93C}' | '\u{9BC}' | '\u{A3C}' | '\u{ABC}' | '\u{B3C}' | '\u{C3C}' | '\u{CBC}'
        // Tone marks and silent letters of Thai and Lao.
        | '\u{E47}'..='\u{E4C}' | '\u{E4E}' | '\u{EC8}'..='\u{ECC}'
        // Long vowels of Katakana: コンピュータ and コンピューター are one word.
        | 'ー')
}

fn fold_letter(c: char) -> char {
    match c {
        'ø' | 'ɔ' => 'o',
        'ł' => 'l',
        'đ' | 'ð' | 'ɖ' | 'ɗ' => 'd',
        'ħ' => 'h',
        'ı' => 'i',
        'ə' | 'ɛ' | 'ǝ' => 'e',
        'ɓ' => 'b',
        'ƙ' => 'k',
        'ƴ' => 'y',
        'ŧ' => 't',
        'ς' => 'σ',
        // Letters of Ukrainian, Kazakh and their neighbours, which a Russian keyboard does not have.
        'ґ' | 'ғ' | 'ӷ' => 'г',
        'і' => 'и',
        'є' | 'ә' => 'е',
        'қ' | 'ҡ' => 'к',
        'ң' => 'н',
        'ө' => 'о',
        'ү' | 'ұ' => 'у',
        'һ' | 'ҳ' => 'х',
        'ҷ' => 'ч',
        'ҙ' => 'з',
        'ҫ' => 'с',
        // The final forms of Hebrew.
        'ך' => 'כ',
        'ם' => 'מ',
        'ן' => 'נ',
        'ף' => 'פ',
        'ץ' => 'צ',
        // Alef, ya, ta marbuta, kaf and heh as the keyboards of Arabic, Persian, Urdu and Kurdish write them.
        'ٱ' => 'ا',
        'ى' | 'ی' | 'ے' | 'ێ' | 'ې' => 'ي',
        'ة' | 'ۃ' | 'ە' | 'ہ' | 'ھ' => 'ه',
        'ک' | 'ڪ' => 'ك',
        'ۆ' | 'ۇ' => 'و',
        'ڕ' => 'ر',
        'ڵ' => 'ل',
        // Chandrabindu, which is often written as anusvara.
        '\u{901}' | '\u{981}' | '\u{A01}' | '\u{A81}' | '\u{B01}' | '\u{C01}' | '\u{C81}' => next(c, 1),
        '\u{A70}' => '\u{A02}',
        // Katakana as Hiragana.
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        c => fold_digit(c),
    }
}

/// Returns a decimal digit of any script as a digit of ASCII.
fn fold_digit(c: char) -> char {
    const ZEROS: [char; 16] = ['٠', '۰', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦', '๐', '໐', '༠', '၀', '០'];
    let digit = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|digit| *digit < 10));
    digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or(c)
}

fn next(c: char, distance: u32) -> char {
    char::from_u32(u32::from(c) + distance).unwrap_or(c)
}

/// Returns how else the letters with accents of a folded word are written, if that differs: ü as ue, đ as dj, ə as a.
pub fn fold_spelled_out(text: &str) -> Option<String> {
    let mut is_spelled_out = false;
    let spelled_out: String = text
        .nfc()
        .flat_map(char::to_lowercase)
        .flat_map(|c| {
            let letters = match c {
                'ä' => "ae",
                'ö' | 'ø' => "oe",
                'ü' => "ue",
                'å' => "aa",
                'đ' => "dj",
                'ə' | 'æ' => "a",
                _ => "",
            };
            is_spelled_out |= !letters.is_empty();
            letters.chars().chain(letters.is_empty().then_some(c))
        })
        .collect();
    is_spelled_out.then(|| fold(&spelled_out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_removes_accents_case_and_letter_variants() {
        for (text, folded) in [
            ("José", "jose"),
            ("MÜLLER", "muller"),
            ("Straße", "strasse"),
            ("Øverland", "overland"),
            ("Błaszczyk", "blaszczyk"),
            ("İpek Yılmaz", "ipek yilmaz"),
            ("Þórr Æsir", "thorr aesir"),
            ("Ｆｕｌｌ", "full"),
            ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
            ("Əliyev", "eliyev"),
            ("Na\u{2BC}im Na´im Na’im", "na'im na'im na'im"),
            ("김철수", "김철수"),
            ("が ガ ﾊﾟ", "が が ぱ"),
            ("コンピューター", "こんぴゅた"),
            ("Ґалаґан Йовович", "галаган иовович"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn folding_unites_what_keyboards_write_in_several_ways() {
        for spellings in [
            ["أمل", "امل", "أَمَل"],
            ["آية", "ايه", "آيــة"],
            ["هدى", "هدي", "هدی"],
            ["کریمی", "كريمي", "كریمى"],
            ["مؤمن", "مومن", "مُؤمِن"],
            ["هناء", "هنا", "هَناء"],
            ["علی‌رضا", "عليرضا", "علىرضا"],
            ["שלום", "שלומ", "שָׁלוֹם"],
            ["น้ำ", "นำ้", "นํ้า"],
            ["แก้ว", "เเก้ว", "แกว"],
            ["ज़ोया", "ज\u{93C}ोया", "जोया"],
            ["चाँद", "चांद", "चा\u{901}द"],
            ["അവൻ", "അവന്\u{200D}", "അവന്"],
            ["२०२६", "٢٠٢٦", "2026"],
        ] {
            for spelling in &spellings[1..] {
                assert_eq!(fold(spelling), fold(spellings[0]), "{spelling}");
            }
        }
    }

    #[test]
    fn letters_with_accents_are_also_spelled_out() {
        for (text, spelled_out) in [
            ("Müller", Some("mueller")),
            ("Jo\u{308}rg", Some("joerg")),
            ("Đorđe", Some("djordje")),
            ("Məmmədov", Some("mammadov")),
            ("Åsa", Some("aasa")),
            ("José", None),
        ] {
            assert_eq!(fold_spelled_out(text).as_deref(), spelled_out, "{text}");
        }
    }
}
