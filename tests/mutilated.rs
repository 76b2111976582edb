//! A thousand mutilated contracts: cut off, bytes changed, blocks swapped, words doubled, nested 10 000 deep.
//! Each gives findings or a contract; none panics, none hangs.

use std::time::{Duration, Instant};

use crate::reference::examples;
use crate::support::{checked, contracts};

/// A small generator of numbers, the same on every machine (xorshift64*, Vigna 2016).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D);
        usize::try_from(number >> 33).unwrap() % end.max(1)
    }
}

fn mutilated(text: &str, dice: &mut Dice, how: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    match how % 7 {
        0 => bytes.truncate(dice.below(bytes.len())),
        1 => {
            for _ in 0..=dice.below(8) {
                let place = dice.below(bytes.len());
                bytes[place] = u8::try_from(dice.below(256)).unwrap();
            }
        }
        2 => {
            let lines: Vec<&str> = text.lines().collect();
            let mut lines = lines;
            for _ in 0..=dice.below(5) {
                let (a, b) = (dice.below(lines.len()), dice.below(lines.len()));
                lines.swap(a, b);
            }
            return lines.join("\n");
        }
        3 => {
            let mut words: Vec<&str> = text.split(' ').collect();
            let (from, to) = (dice.below(words.len()), dice.below(words.len()));
            let word = words[from];
            words.insert(to, word);
            return words.join(" ");
        }
        // Often still a contract, with a word where another one belongs.
        4 => {
            let mut words: Vec<&str> = text.split(' ').collect();
            for _ in 0..=dice.below(3) {
                let (from, to) = (dice.below(words.len()), dice.below(words.len()));
                words[to] = words[from];
            }
            return words.join(" ");
        }
        5 => {
            let (a, b) = (dice.below(bytes.len()), dice.below(bytes.len()));
            bytes.drain(a.min(b)..a.max(b));
        }
        _ => {
            let brackets = ["(", "{", "|", "\"", "\"\"\"", "by x {", "not ", "-", "9999999999999999999999999999999"];
            let piece = brackets[dice.below(brackets.len())].repeat(1 + dice.below(40));
            let mut place = dice.below(text.len());
            while !text.is_char_boundary(place) {
                place -= 1;
            }
            return format!("{}{piece}{}", &text[..place], &text[place..]);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_thousand_mutilated_contracts() {
    let mut dice = Dice(0x0C01_5167_E000_0001);
    let texts: Vec<String> = contracts().into_iter().map(|(_, text)| text).collect();
    let mut refused = 0;
    for round in 0..1_000 {
        let text = mutilated(&texts[round % texts.len()], &mut dice, round / texts.len());
        refused += usize::from(is_refused(&text));
    }
    assert!(refused > 500, "only {refused} of 1000 are refused: the mutilation is too gentle");
}

/// Every construct of the language, each example twice.
#[test]
fn every_example_of_the_reference_mutilated() {
    let mut dice = Dice(0x0C01_5167_E000_0002);
    let mut refused = 0;
    let examples = examples();
    for round in 0..2 {
        for (place, text) in examples.iter().enumerate() {
            let text = mutilated(text, &mut dice, place + 4 * round);
            refused += usize::from(is_refused(&text));
        }
    }
    assert!(refused > examples.len() / 2, "only {refused} are refused: the mutilation is too gentle");
}

/// Whether a text is refused; a text without a contract says why, and one with a contract runs its scenarios.
fn is_refused(text: &str) -> bool {
    let started = Instant::now();
    let result = checked(text);
    assert!(started.elapsed() < Duration::from_secs(10), "too slow:\n{text}");
    assert!(result.contract.is_some() || !result.refusals().is_empty(), "nothing is said about:\n{text}");
    if let Some(contract) = &result.contract {
        let _ = consigne::trial::run(contract);
    }
    result.contract.is_none()
}

#[test]
fn nested_ten_thousand_deep() {
    let deep = |open: &str, close: &str| format!("define x = {}1{}", open.repeat(10_000), close.repeat(10_000));
    let texts = [
        deep("(", ")"),
        deep("by x { otherwise : ", " }"),
        deep("not ", ""),
        deep("-", ""),
        deep("(", ""),
        "{".repeat(10_000),
        format!("clause 1 \"x\" {}", "{ }".repeat(10_000)),
        format!("define x = {}1", "1 + ".repeat(10_000)),
        format!("define x = {}1", "1% of ".repeat(10_000)),
    ];
    for text in texts {
        let started = Instant::now();
        let result = checked(&text);
        assert!(result.contract.is_none() && !result.refusals().is_empty());
        assert!(started.elapsed() < Duration::from_secs(10), "too slow: {}", &text[..40]);
    }
}

#[test]
fn a_brace_that_is_not_closed_before_a_hundred_thousand_lines() {
    let started = Instant::now();
    let result = checked(&format!("clause 1 \"x\" {{\n{}", "x\n".repeat(100_000)));
    assert!(result.listing().contains("C003"), "{}", &result.listing()[..400]);
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

/// What is not refused is read within half of the memory that a thread has for calls, also by a program that is not optimised.
#[test]
fn nested_as_deep_as_is_allowed() {
    let deep = |open: &str, depth: usize, close: &str| format!("{}1{}", open.repeat(depth), close.repeat(depth));
    // A clause has a bracket of its own.
    let values = [
        deep("(", 47, ")"),
        deep("(not (1 + ", 23, ") )"),
        deep("by x { otherwise : ", 47, " }"),
        deep("by (x) { when (1) : ", 46, " }"),
        deep("count of (failed where ", 47, ")"),
        format!("by x {{ otherwise : {}{} }}", deep("(", 46, ")"), " + 1".repeat(200)),
        format!("{}1", "not 1% of ".repeat(100)),
    ];
    let define = values.iter().map(|value| format!("define x = {value}\n"));
    let clause = values.iter().map(|value| format!("clause 1 \"x\" {{ a pays {value} as price }}\n"));
    let broken = [deep("{", 48, "}"), format!("clause 1 \"x\" {}", deep("{", 48, "}"))];
    for text in define.chain(clause).chain(broken) {
        let read = move || assert!(!checked(&text).listing().contains("nested more than"), "{text}");
        std::thread::Builder::new().stack_size(1024 * 1024).spawn(read).unwrap().join().unwrap();
    }
}
