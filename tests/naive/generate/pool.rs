//! Random contracts of a pool: families of parties, lots, deposits and obligations of members, new names, decisions that
//! become final, limits by attributes.

mod back;
mod facts;

use super::{Draft, Frame, Piece, Random, text};

/// The head of the register of a pool.
pub(super) const HEAD: &str = "asset,family,from,to,holder,grade,tier,floor\n";

/// A contract of a pool; at times one of pallets that are often given other names.
pub(super) fn draft(random: &mut Random, names: bool) -> Draft {
    let mut frame = text::frame(random);
    let lots = random.pick(&["", "", " in lots from issued, oldest first", " in lots from issued, latest first"]);
    let lots = if names { "" } else { lots };
    let old = random.pick(&["the old one stays", "the old one ends"]);
    frame.conventions.extend([
        format!("a deposit on a transfer {}", random.pick(&["stays with who paid it", "goes over to the new holder"])),
        format!(
            "an obligation on a transfer {}",
            random.pick(&["stays with who owed it", "goes over to the new holder"])
        ),
        format!("limits read attributes {}", random.pick(&["at the start of the window", "at the end of the window"])),
    ]);
    // The units of a lot have no tags.
    let retagged = if lots.is_empty() {
        format!("\nevent retagged of pallet {{ tag text, new identity, {old} }}")
    } else {
        String::new()
    };
    // Nothing begins with what brings some lots in.
    let begins = if lots.is_empty() { "issued" } else { random.pick(&["issued", "issued", "issued", "moved"]) };
    frame.pool = Some(format!(
        "asset pallet \"Pallet\"{lots} {{ holder partner  grade (A, B, C) }}
event issued of pallet {{ holder partner }}
event moved of pallet {{ sender partner  holder partner }}
event returned of pallet {{ giver partner, optional }}
event taken of pallet {{ holder partner }}
event failed, mended, ended, checked of pallet
event graded of pallet {{ grade (A, B, C) }}
event promoted of partner {{ tier (gold, silver) }}
event reported {{ by_whom party, optional  cost money }}{retagged}
define out = from {begins} to returned or taken
define down = from failed to mended"
    ));
    if names && random.one_in(2) {
        frame.conventions.retain(|line| !line.starts_with("conflicting records"));
        frame.conventions.push("conflicting records are held".to_owned());
    }
    let pieces = pieces(random, &frame);
    let (rows, events) = facts::facts(random, &frame, (!lots.is_empty(), names));
    let as_of = random.one_in(10).then(|| {
        let days = i32::try_from(random.between(20, 300)).unwrap_or(20);
        frame.time_zone().start_of(frame.term.0.plus_days(days))
    });
    Draft { frame, pieces, events, rows, indices: Vec::new(), as_of }
}

/// The parties, behind `parties`.
pub(super) const PARTIES: &str = "parties {
    pool palletco \"PalletCo\"
    carrier hauler \"Hauler\"
    many partner \"Partner\" { tier (gold, silver)  floor money }
}";

struct Writer<'r> {
    random: &'r mut Random,
    pieces: Vec<Piece>,
    /// Clauses with who pays by them; limits and what meets are left out.
    clauses: Vec<(usize, &'static str)>,
    number: usize,
    /// Names of numbers, and of whom they are.
    measures: Vec<(String, &'static str)>,
    whole_months: bool,
    lots: bool,
}

fn pieces(random: &mut Random, frame: &Frame) -> Vec<Piece> {
    let whole_months = frame.term.0.day() == 1 && frame.term.0.month() == 1;
    let lots = frame.pool.as_ref().is_some_and(|pool| pool.contains("in lots"));
    let (pieces, clauses, measures) = (Vec::new(), Vec::new(), Vec::new());
    let mut writer = Writer { random, pieces, clauses, number: 0, measures, whole_months, lots };
    for _ in 0..writer.random.between(0, 3) {
        writer.measure();
    }
    for _ in 0..writer.random.between(2, 5) {
        writer.payment();
    }
    if writer.random.one_in(2) {
        writer.deposit();
    }
    if writer.random.one_in(2) {
        writer.obligation();
    }
    if writer.random.one_in(3) {
        writer.right();
    }
    if writer.random.one_in(4) {
        writer.both_ways();
    }
    if writer.random.one_in(3) {
        writer.decision();
    }
    if writer.random.one_in(3) {
        writer.meeting();
    }
    for _ in 0..writer.random.between(0, 3) {
        writer.limit();
    }
    writer.pieces
}

impl Writer<'_> {
    fn push(&mut self, feature: &'static str, text: String) {
        self.pieces.push(Piece { feature, text });
    }

    fn clause(&mut self, feature: &'static str, payer: &'static str, body: &str) -> usize {
        self.number += 1;
        let number = self.number;
        self.push(feature, format!("clause {number} \"C{number}\" {{ {body} }}"));
        self.clauses.push((number, payer));
        number
    }

    fn money(&mut self) -> String {
        match self.random.below(4) {
            0 => format!("{}.00 EUR", self.random.between(1, 300)),
            1 => format!("{}.{:03} EUR", self.random.between(0, 9), self.random.between(1, 999)),
            _ => format!("{}.{:02} EUR", self.random.between(0, 90), self.random.between(1, 99)),
        }
    }

    fn window(&mut self) -> &'static str {
        if self.whole_months {
            self.random.pick(&["month", "month", "quarter", "year", "week"])
        } else {
            self.random.pick(&["calendar month", "calendar month", "contract month", "week"])
        }
    }

    /// A rate that may go by whose it is.
    fn rate(&mut self, who: &str) -> String {
        let (one, two) = (self.money(), self.money());
        match self.random.below(3) {
            0 if who.ends_with("holder") || who.ends_with("sender") => {
                format!("by {who}.tier {{ when gold : {one}  when silver : {two} }}")
            }
            _ => one,
        }
    }

    fn measure(&mut self) {
        let name = format!("number_{}", self.measures.len());
        let window = self.window();
        let (feature, groups, body) = match self.random.below(8) {
            0 => ("members: a count by a field", "moved.sender", "count of moved".to_owned()),
            1 => ("members: a count", "partner", "count of ended".to_owned()),
            2 => ("members: a count by an attribute", "holder", "count of failed".to_owned()),
            3 => ("members: time", "holder", "total of time while out, in hours".to_owned()),
            4 => ("members: time, joined", "partner", "total of time while out and not down, in hours".to_owned()),
            5 => ("lots: a count", "", "count of ended".to_owned()),
            6 => {
                let kind = self.random.pick(&["ended", "checked"]);
                let groups = self.random.pick(&["", "holder"]);
                ("lots: a count with a condition", groups, format!("count of ({kind} where grade in (A, B))"))
            }
            _ => (
                "lots: time from to",
                "",
                format!(
                    "{} of time from issued to returned in {}, empty : nothing due",
                    self.random.pick(&["mean", "greatest", "total"]),
                    self.random.pick(&["days", "hours"])
                ),
            ),
        };
        let per = if groups.is_empty() { String::new() } else { format!(" per {groups}") };
        self.push(feature, format!("define {name}{per} per {window} = {body}"));
        let of = if body.contains("hours") { "hours" } else { groups };
        self.measures.push((name, if of == "hours" { "hours" } else { groups }));
    }

    fn payment(&mut self) {
        let to = self.random.pick(&["pool", "carrier"]);
        let nature = self.random.pick(&["fee", "price", "indemnity"]);
        match self.random.below(12) {
            0 => {
                let rate = self.rate("holder");
                self.clause(
                    "members: on issued",
                    "partner",
                    &format!("on issued, holder pays {rate} to {to} per pallet as {nature}"),
                );
            }
            1 => {
                let who = self.random.pick(&["moved.sender", "moved.sender", "moved.holder"]);
                let rate = self.rate(who);
                let payee = self.random.pick(&["pool", "moved.holder", "carrier"]);
                let payer = if payee == "moved.holder" { "both" } else { "partner" };
                self.clause(
                    "members: on moved",
                    payer,
                    &format!("on moved, {who} pays {rate} to {payee} per pallet as {nature}"),
                );
            }
            2 => self.for_units(),
            which @ 3..=5 => self.for_time(which),
            6 => {
                let money = self.money();
                let rank = self.random.between(1, 3);
                let over = self.random.pick(&["calendar year", "calendar month", "rolling 90 days", "rolling 30 days"]);
                let group = self.random.pick(&["partner", "holder", "pool"]);
                self.clause(
                    "members: by rank",
                    "partner",
                    &format!(
                        "on ended, holder pays {money} to pool per pallet times by rank of ended per {group} per {over} {{ up to {rank} : 1  above : 1.5 }} as {nature}"
                    ),
                );
            }
            7 => {
                let money = self.money();
                let who =
                    self.random.pick(&["reported.by_whom pays COST to pool", "pool pays COST to reported.by_whom"]);
                let who = who.replace("COST", &if self.random.one_in(2) { "cost".to_owned() } else { money });
                self.clause("members: a party of any kind", "both", &format!("on reported, {who} as {nature}"));
            }
            8 if !self.clauses.is_empty() => {
                let clauses = self.clauses.clone();
                let refs: Vec<&(usize, &str)> = clauses.iter().filter(|clause| clause.1 == "partner").collect();
                if refs.is_empty() {
                    return;
                }
                let (of, _) = *self.random.pick(&refs);
                let percent = self.random.between(1, 60);
                let month = if self.whole_months { "month" } else { "calendar month" };
                self.clause(
                    "members: a part of a clause",
                    "pool",
                    &format!("each {month}, pool pays {percent}% of clause {of} as charged to carrier as fee"),
                );
            }
            _ => self.of_a_number(),
        }
    }

    /// A payment on an event of which it is at times not known which units of a lot it takes.
    fn for_units(&mut self) {
        let money = self.money();
        let each = self.random.pick(&[" per pallet", " per pallet", ""]);
        let kind = self.random.pick(&["ended", "checked", "checked", "failed"]);
        let only = self.random.pick(&["", "", " where grade is A", " where grade in (A, B)"]);
        let by_grade = format!("by grade {{ when A, B : {money}  when C : 7.77 EUR }}");
        let money = if self.random.one_in(4) { by_grade } else { money };
        let text = format!("on {kind}{only}, pool pays {money} to holder{each} as bonus");
        self.clause("lots: paid by the units", "pool", &text);
    }

    fn for_time(&mut self, which: u64) {
        match which {
            3 => {
                let rate = self.rate("holder");
                let days = self.random.day_count();
                let state = self.random.pick(&["out", "out", "out and not down", "down"]);
                self.clause(
                    "members: hire by day",
                    "partner",
                    &format!("holder pays {rate} to pool per pallet per day while {state}, {days} as price"),
                );
            }
            4 => {
                let money = self.money();
                let days = self.random.day_count();
                let month = if self.whole_months { "month" } else { "calendar month" };
                let part = self.random.pick(&["commenced", "pro rata", "completed", ""]);
                let text = if part.is_empty() {
                    format!(
                        "holder pays {money} to pool per pallet per {month} while out prorated by day, {days} as price"
                    )
                } else {
                    format!("holder pays {money} to pool per pallet per {month} {part} while out as price")
                };
                self.clause("members: hire by month", "partner", &text);
            }
            _ => {
                let (one, two) = (self.money(), self.money());
                let days = self.random.day_count();
                let month = if self.whole_months { "month" } else { "calendar month" };
                let part = match self.random.below(3) {
                    0 => "commenced".to_owned(),
                    1 => "pro rata".to_owned(),
                    _ => format!("prorated by day, {days}"),
                };
                let text = format!(
                    "each {month}, each partner pays by tier {{ when gold : {one}  when silver : {two} }} to pool per {month} {part} as fee"
                );
                self.clause("members: each pays", "partner", &text);
            }
        }
    }

    fn of_a_number(&mut self) {
        let measures = self.measures.clone();
        let refs: Vec<&(String, &'static str)> = measures.iter().collect();
        if refs.is_empty() {
            return;
        }
        let (name, of) = self.random.pick(&refs).clone();
        let money = self.money();
        let payer = if of.is_empty() { "pool" } else { "partner" };
        let to = if payer == "pool" { "carrier" } else { "pool" };
        let least = self.random.between(1, 3);
        let least = if of == "hours" { format!("{} hours", least * 20) } else { least.to_string() };
        let body = match self.random.below(3) {
            0 if of != "hours" => format!(
                "{payer} pays for {name}, all at the price of the band reached {{ up to 2 : {money}  above : 1.20 EUR }} to {to} as fee"
            ),
            1 if of == "hours" => format!("{payer} pays {money} to {to} per hour commenced for {name} as fee"),
            1 => format!("{payer} pays {money} to {to} for {name} as fee"),
            _ => format!("when {name} is at least {least}, {payer} pays {money} to {to} as fee"),
        };
        self.clause("members: by a number", payer, &body);
    }

    /// What a member may do. It moves no money.
    fn right(&mut self) {
        let measures: Vec<(String, &'static str)> =
            self.measures.iter().filter(|(_, of)| !of.is_empty()).cloned().collect();
        let number = self.number + 1;
        let duty = self.pieces.iter().rev().find_map(|piece| {
            let (_, behind) = piece.text.split_once("obligation ")?;
            Some(behind.split(' ').next().unwrap_or_default().to_owned())
        });
        let body = match (self.random.below(4), measures.first(), duty) {
            (0, Some((name, of)), _) => {
                let least = if *of == "hours" { "20 hours" } else { "2" };
                let who = self.random.pick(&["partner", "each partner"]);
                format!("when {name} is at least {least}, {who} may \"leave\"")
            }
            (1, _, Some(duty)) => {
                let (who, outcome) =
                    (self.random.pick(&["partner", "holder"]), self.random.pick(&["met", "late", "missed"]));
                format!("when {duty} is {outcome}, {who} may \"complain\"")
            }
            (2, ..) => {
                let who = self.random.pick(&["moved.sender", "moved.holder", "holder", "carrier"]);
                format!("on moved, {who} may \"object\"")
            }
            _ => {
                let rank = self.random.between(1, 3);
                format!(
                    "on failed where rank of failed per pallet per calendar year is at least {rank}, holder may \"have it exchanged\""
                )
            }
        };
        self.number += 1;
        self.push("members: a right", format!("clause {number} \"C{number}\" {{ {body} }}"));
    }

    fn obligation(&mut self) {
        let number = self.number + 1;
        let who = self.random.pick(&["each partner", "holder", "carrier"]);
        let days = self.random.between(2, 40);
        let within = match self.random.below(3) {
            0 => "by holder.tier { when gold : 20 days  when silver : 6 days }".to_owned(),
            1 => format!("{days} business days"),
            _ => format!("{days} days"),
        };
        let missed = self.random.pick(&["", "\n        missed after 0 days", "\n        missed after 30 days"]);
        let money = self.money();
        let payer = match who {
            "each partner" => "partner",
            "holder" => self.random.pick(&["holder", "partner"]),
            _ => self.random.pick(&["carrier", "holder"]),
        };
        let unit = if within.contains("business") { "business day" } else { "day" };
        let part = self.random.pick(&["commenced", "completed", "pro rata"]);
        let pay = if self.random.one_in(3) {
            let outcome = if missed.is_empty() { "late" } else { self.random.pick(&["met", "late", "missed"]) };
            let by_grade = format!("by grade {{ when A, B : {money}  when C : 7.77 EUR }}");
            let money = if self.random.one_in(3) { by_grade } else { money };
            format!("when duty_{number} is {outcome}, {payer} pays {money} to pool per pallet as indemnity")
        } else {
            format!(
                "{payer} pays {money} to pool per pallet per {unit} {part} for lateness of duty_{number} as indemnity"
            )
        };
        let body = format!(
            "\n    obligation duty_{number} : {who} must have pallet returned within {within} of issued\n        first day not counted{missed}\n    {pay}\n"
        );
        self.clause("members: obligations", if payer == "carrier" { "carrier" } else { "partner" }, &body);
        if self.random.one_in(2) {
            self.ended(number);
        }
    }

    /// What is paid by how obligations ended.
    fn ended(&mut self, number: usize) {
        let window = self.random.pick(&["month", "quarter"]);
        let groups = self.random.pick(&["", " per partner", " per partner", " per partner per pallet", " per pallet"]);
        let (count, test) = if self.random.one_in(2) {
            (format!("share of (duty_{number} is met), empty : nothing due"), "is below 60%")
        } else {
            (format!("count of (duty_{number} is {})", self.random.pick(&["met", "late", "missed"])), "is at least 2")
        };
        self.push("members: how obligations end", format!("define ended_{number}{groups} per {window} = {count}"));
        let money = self.money();
        let (payer, to) = if groups.contains("partner") { ("partner", "pool") } else { ("pool", "carrier") };
        let body = format!("when ended_{number} {test}, {payer} pays {money} to {to} as fee");
        self.clause("members: by how obligations end", payer, &body);
    }

    fn decision(&mut self) {
        if self.lots {
            return;
        }
        let finality = self.random.pick(&["final on returned", "final on returned or ended", "never revised"]);
        let text = format!(
            "decide route of pallet on checked = first match by grade {{ | A | => keep | | B | => mend | otherwise => scrap }}\n    {finality}"
        );
        self.push("decide: final", text);
        let money = self.money();
        let word = self.random.pick(&["keep", "scrap"]);
        self.clause(
            "decide: final, read",
            "pool",
            &format!("on checked where route is {word}, pool pays {money} to carrier per pallet as fee"),
        );
    }

    /// Two clauses of members for one cause.
    fn meeting(&mut self) {
        let (one, two) = (self.rate("holder"), self.money());
        let nature = self.random.pick(&["fee", "indemnity"]);
        let month = if self.whole_months { "month" } else { "calendar month" };
        let (kind, grain) = match self.random.below(4) {
            0 => ("ended", "event".to_owned()),
            1 => ("checked", "pallet".to_owned()),
            2 => ("checked", format!("pallet and {month}")),
            _ => ("failed", format!("partner and {month}")),
        };
        let first = self.clause(
            "members: clauses that meet",
            "partner",
            &format!("on ended, holder pays {one} to pool per pallet as {nature}"),
        );
        let second = first + 1;
        let higher = grain != "pallet" && self.random.one_in(2);
        let how = if higher {
            format!("clauses {first} and {second} only the higher")
        } else {
            format!("clause {second} replaces clause {first}")
        };
        let text =
            format!("on {kind}, holder pays {two} to pool per pallet as {nature}\n    {how} for the same {grain}");
        self.clause("members: clauses that meet", "partner", &text);
    }

    fn limit(&mut self) {
        let clauses = self.clauses.clone();
        let refs: Vec<&(usize, &str)> = clauses.iter().filter(|clause| clause.1 == "partner").collect();
        if refs.is_empty() {
            return;
        }
        let (under, _) = *self.random.pick(&refs);
        let (other, _) = *self.random.pick(&refs);
        let under = if under == other { format!("clause {under}") } else { format!("clauses {under} and {other}") };
        let window = if self.whole_months {
            self.random.pick(&["month", "month", "quarter", "year"])
        } else {
            self.random.pick(&["calendar month", "contract year"])
        };
        let amount = match self.random.below(5) {
            0 => "by tier { when gold : 40.00 EUR  when silver : 90.00 EUR }".to_owned(),
            1 => "partner.floor".to_owned(),
            _ => format!("{}.00 EUR", self.random.between(1, 200)),
        };
        let plain = amount.ends_with("EUR");
        let may_cut = window == "contract year" || !self.whole_months || window == "year";
        let cut = if may_cut { self.random.pick(&["prorated by day, ", "in full, "]) } else { "" };
        let next = window.rsplit(' ').next().unwrap_or_default();
        let (feature, text) = match self.random.below(5) {
            0 => (
                "members: a minimum",
                format!("each partner owes at least {amount} to pool per {window}, {cut}under {under}"),
            ),
            1 => {
                let then = self.random.pick(&["the whole", "the excess"]);
                (
                    "members: an exemption",
                    format!(
                        "each partner owes nothing up to {amount} to pool per {window}, {cut}then {then}, under {under}"
                    ),
                )
            }
            2 if plain => {
                let carry = match self.random.below(3) {
                    0 => "until it is used".to_owned(),
                    1 => format!("to the next {next} only, used first"),
                    _ => format!("to the next {next} only, used last"),
                };
                (
                    "members: carried over",
                    format!(
                        "each partner owes at most {amount} to pool per {window}, {cut}unused is carried over {carry}, under {under}"
                    ),
                )
            }
            _ => (
                "members: a cap",
                format!("each partner owes at most {amount} to pool per {window}, {cut}under {under}"),
            ),
        };
        self.number += 1;
        let number = self.number;
        self.push(feature, format!("clause {number} \"C{number}\" {{ {text} }}"));
    }
}
