//! Clauses that amendments replace, end or suspend, of random contracts.

use super::super::Frame;
use super::Writer;

impl Writer<'_> {
    /// A clause of several texts.
    pub(super) fn amended(&mut self, frame: &Frame) {
        let number = self.clauses.len() + 1;
        let which = self.random.below(8);
        let (one, two) = (self.text_of(which, number), self.text_of(which, number));
        // At times the new text is of another kind.
        let two = if which < 6 && self.random.one_in(4) {
            let other = self.random.below(6);
            self.text_of(other, number)
        } else {
            two
        };
        let (first, last) = frame.term;
        let days = i32::try_from(self.random.between(20, first.days_until(last) - 30)).unwrap_or(40);
        let day = first.plus_days(days);
        let day = if self.random.one_in(2) { day.as_month().next().first() } else { day };
        let mut head = String::new();
        if which == 6 {
            let way = self.random.pick(&["stay under the earlier text", "go over to the new text"]);
            head.push_str(&format!(", open obligations {way}"));
        }
        if day.day() != 1 || self.random.one_in(4) {
            let way = self.random.pick(&[
                "",
                ", a window that is cut goes by its start",
                ", a window that is cut goes by its end",
            ]);
            head.push_str(way);
        }
        let change = match self.random.below(6) {
            0 => format!("end clause {number}"),
            _ => format!("replace clause {number} \"C{number}\" {{ {two} }}"),
        };
        let keeps = if self.random.one_in(3) {
            let before = day.plus_days(-i32::try_from(self.random.between(0, 60)).unwrap_or(0));
            let by = self.random.pick(&["installed", "failed", "commissioned"]);
            format!("\n    pump with {by} before {before} keeps clause {number}")
        } else {
            String::new()
        };
        let rest = if self.random.one_in(3) {
            let from = day.plus_days(i32::try_from(self.random.between(3, 25)).unwrap_or(3));
            let to = from.plus_days(i32::try_from(self.random.between(0, 40)).unwrap_or(0)).min(last);
            format!("\n    suspend clause {number} from {from} to {to}")
        } else {
            String::new()
        };
        let text = format!(
            "clause {number} \"C{number}\" {{ {one} }}\namendment 1 to N-1 signed {first}, in force from {day}{head} {{\n    {change}{keeps}{rest}\n}}"
        );
        let feature = match which {
            0..=2 => "amended: time",
            3 => "amended: an event",
            4 | 5 => "amended: a window",
            6 => "amended: lateness",
            _ => "amended: a limit",
        };
        self.push(feature, text);
        self.clauses.push((number, "limit", "indemnity"));
    }

    fn text_of(&mut self, which: u64, number: usize) -> String {
        let money = self.money();
        let days = self.day_count();
        let not = if self.indexations.is_empty() { "" } else { " not indexed" };
        let month = if self.whole_months { "month" } else { "calendar month" };
        match which {
            0 => format!("customer pays {money} per pump per day while in_service, {days}{not} as price"),
            1 => {
                format!(
                    "customer pays {money} per pump per {month} while in_service prorated by day, {days}{not} as price"
                )
            }
            2 => {
                let part = self.random.pick(&["pro rata", "commenced"]);
                format!("provider pays {money} per pump per hour {part} while down{not} as indemnity")
            }
            3 => format!("on failed, provider pays {money} per pump{not} as fee"),
            4 => format!("each {month}, customer pays {money}{not} as fee"),
            5 => {
                let part = self.random.pick(&["commenced", "completed"]);
                format!("customer pays {money} per pump per {month} {part} while in_service{not} as price")
            }
            6 => {
                let name = self.obligations.first().cloned().unwrap_or_else(|| "none".to_owned());
                let part = self.random.pick(&["commenced", "pro rata"]);
                format!("provider pays {money} per pump per day {part} for lateness of {name}{not} as indemnity")
            }
            _ => {
                let under = self.clauses.iter().find(|clause| clause.2 != "indemnity" && clause.1 != "limit").copied();
                let (under, payer, _) = under.unwrap_or((number, "customer", ""));
                let way = self.random.pick(&["at most", "at least"]);
                let index = if self.indexations.is_empty() { "" } else { "not indexed, " };
                let cut = if self.whole_months { "" } else { "in full, " };
                format!(
                    "{payer} owes {way} {}.00 EUR per {month}, {index}{cut}under clause {under}",
                    self.random.between(1, 300)
                )
            }
        }
    }
}
