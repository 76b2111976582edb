//! Every reserved word, used as a name, is told so, with another spelling.

use crate::support::{checked, root};

fn reserved() -> Vec<String> {
    let words = std::fs::read_to_string(root().join("grammar/words.pest")).unwrap();
    let start = words.find("reserved = @{ (").unwrap();
    let list = &words[start..start + words[start..].find(") ~ !name_char").unwrap()];
    // A letter alone opens a group of them.
    list.split('"').skip(1).step_by(2).filter(|word| word.len() > 1).map(str::to_owned).collect()
}

#[test]
fn a_reserved_word_as_a_name() {
    let frame = "contract W-1 \"Words\"\nparties { provider a \"A\"  customer b \"B\" }\nterm 2026-01-01 to 2026-12-31\n\
                 currency EUR\ntimezone Europe/Paris\nsettled monthly\n";
    let words = reserved();
    assert!(words.len() > 60, "{words:?}");
    let mut wrong = Vec::new();
    for word in &words {
        let items = [
            format!("define {word} = 4"),
            format!("asset pump {{ {word} money }}"),
            format!("event broke {{ {word} money }}"),
        ];
        for text in items.map(|item| format!("{frame}{item}\n")) {
            let result = checked(&text);
            let told = result.diagnostics.iter().find(|finding| finding.code.as_str() == "C002");
            let offers =
                told.and_then(|finding| finding.help.as_ref()).is_some_and(|help| help.contains(word.as_str()));
            if !offers {
                wrong.push(format!("{}: {}", text.lines().last().unwrap(), result.listing()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
