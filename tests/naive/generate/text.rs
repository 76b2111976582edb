//! Random contracts: sentences of every kind that the reference knows, the rare ones as often as the common ones.

mod amended;
mod indexed;
mod rare;
mod scarce;
mod seldom;
mod sentences;
mod taken;
mod themed;

use consigne::base::time::Date;

pub(super) use self::indexed::published;
pub(super) use self::themed::themed;
use super::{Frame, Piece, Random};

/// A frame: terms with leap days, month ends, quarters cut in two; zones with odd changes of the clock.
pub(super) fn frame(random: &mut Random) -> Frame {
    let terms = [
        ("2026-01-01", "2026-12-31"),
        ("2026-01-01", "2027-03-31"),
        ("2024-01-01", "2024-12-31"),
        ("2023-11-01", "2024-10-31"),
        ("2026-01-31", "2026-11-14"),
        ("2026-03-15", "2027-03-14"),
    ];
    let (first, last) = terms[usize::try_from(random.below(6)).unwrap_or(0)];
    let zone = random.pick(&[
        "Europe/Paris",
        "Europe/Paris",
        "Europe/Paris",
        "America/New_York",
        "UTC",
        "Australia/Lord_Howe",
        "America/Santiago",
    ]);
    let settled = random.pick(&["monthly", "monthly", "monthly", "quarterly", "yearly"]);
    let date = |text: &str| Date::parse(text).unwrap_or(Date(0));
    let mut conventions = conventions(random, date(first));
    let set_off = random.pick(&["netted", "netted", "paid apart", "netted, payable within 30 days"]);
    // Where it is said when it is paid, it must be said what an event changes that becomes known later.
    if set_off.contains("payable") && !conventions.iter().any(|known| known.starts_with("late events")) {
        conventions.push("late events do not count".to_owned());
    }
    let open_term = format!(
        "decided by {} within {} of inspected{}, otherwise {}",
        random.pick(&["provider", "customer"]),
        random.pick(&["10 business days", "5 days", "1 month"]),
        random.pick(&[", first day not counted", ", first day counted"]),
        random.pick(&["yes", "no"]),
    );
    Frame { term: (date(first), date(last)), zone, settled, set_off, open_term, conventions, pool: None }
}

fn conventions(random: &mut Random, first: Date) -> Vec<String> {
    let mut all = vec![
        format!("month end {}", random.pick(&["last day", "next day", "same day else last"])),
        format!("month of {}", random.pick(&["actual days", "30 days", "30/360"])),
        format!("year of {}", random.pick(&["actual days", "365 days", "360 days"])),
        format!(
            "working hours {}",
            random.pick(&[
                "Mon-Fri 08:00-18:00 except holidays of FR",
                "Mon-Fri 08:00-12:00 and 14:00-18:00, Sat 09:00-12:00 except holidays of FR",
                "Mon-Sun 00:00-24:00",
                "Mon-Fri 07:30-15:45 except holidays of TARGET",
            ])
        ),
        format!("a second start {}", random.pick(&["changes nothing", "restarts the time"])),
        format!(
            "an end without a start {}",
            random.pick(&["is ignored", "is ignored", "counts from the start of the term"])
        ),
        format!(
            "still open {}",
            random.pick(&["counts to the end of the window", "counts to the end of the window", "does not count"])
        ),
        format!("a repeated trigger {}", random.pick(&["changes nothing", "restarts the clock", "opens another"])),
        format!("lateness {}", random.pick(&["is paid as it accrues", "is paid when it ends"])),
        format!("conflicting records {}", random.pick(&["first known stays", "first known stays", "are held"])),
        format!("a second deposit {}", random.pick(&["is not charged", "is held too"])),
        format!("a return without a deposit {}", random.pick(&["is listed", "is held"])),
        "workshop hours Mon-Sat 07:00-20:00".to_owned(),
        format!("deadline on a day off {}", random.pick(&["stays", "moves to the next business day"])),
        format!("attributes read {}", random.pick(&["at the event", "at the event", "at the start of the window"])),
    ];
    all.push("corrected amounts count in the window that they concern".to_owned());
    all.push("conflicting readings provider_meter before customer_meter".to_owned());
    all.push(match random.below(6) {
        0 => "rounded to 0.05 half even on each line".to_owned(),
        1 => "rounded to 0.01 upward on each line".to_owned(),
        2 => "rounded to 0.01 downward on each line".to_owned(),
        3 => "rounded to 0.01 half up on the total".to_owned(),
        _ => "rounded to 0.01 half up on each line".to_owned(),
    });
    if random.one_in(4) {
        all.push("tax 20% on price, fee, bonus".to_owned());
        all.push("tax 5.5% on sale, price reduction".to_owned());
        all.push("no tax on indemnity, deposit".to_owned());
        all.push(format!("amounts {}", random.pick(&["before tax", "before tax", "including tax"])));
        all.push(format!(
            "tax rounded to {} {}",
            random.pick(&["0.01 half up", "0.05 half even", "0.01 downward"]),
            random.pick(&["on each line", "on the total"])
        ));
    }
    all.extend(records(random, first));
    all.extend(seldom::conventions(random));
    match random.below(8) {
        0 => all.push("late events do not count".to_owned()),
        1 => all.push("late events corrected in the next settlement, up to 1 month back".to_owned()),
        2 => all.push("late events corrected in the next settlement, up to 45 days back".to_owned()),
        3 => all.push("late events corrected by a credit note, up to 1 quarter back".to_owned()),
        4 => all.push("late events corrected by a reissued statement, up to 1 year back".to_owned()),
        _ => {}
    }
    all
}

/// At times the records begin after the contract.
fn records(random: &mut Random, first: Date) -> Vec<String> {
    if !random.one_in(9) {
        return Vec::new();
    }
    let mut later = || first.plus_days(i32::try_from(random.between(15, 150)).unwrap_or(15));
    let (day, other) = (later(), later());
    let (day, other) = if random.one_in(2) { (day.as_month().next().first(), other) } else { (day, other) };
    let opening = random.pick(&["", "", " with an opening balance"]);
    let how =
        random.pick(&["what reaches back is held", "what reaches back is held", "what reaches back counts from then"]);
    let mut all = vec![format!("records begin {day}{opening}, {how}")];
    if random.one_in(3) {
        all.push(format!("records of failed begin {other}"));
    }
    all
}

/// Records that begin after the contract, of which what was still going on then is not known.
pub(super) fn records_begin(random: &mut Random, frame: &mut Frame) {
    let day = frame.term.0.plus_days(i32::try_from(random.between(15, 120)).unwrap_or(15));
    let day = if random.one_in(2) { day.as_month().next().first() } else { day };
    frame.conventions.retain(|line| !line.starts_with("records "));
    let opening = if random.one_in(5) { " with an opening balance" } else { "" };
    frame.conventions.push(format!("records begin {day}{opening}, what reaches back is held"));
}

/// The frame and the declarations that all contracts share.
pub(super) fn head(frame: &Frame) -> String {
    let Frame { term: (first, last), zone, settled, set_off, open_term, conventions, pool } = frame;
    if let Some(pool) = pool {
        let (parties, conventions) = (super::pool::PARTIES, conventions.join("\n    "));
        return format!(
            "contract N-2 \"Random\"\n{parties}\nterm {first} to {last}\ncurrency EUR\ntimezone {zone}\nsettled {settled}, {set_off}\nconventions {{\n    {conventions}\n}}\n{pool}\n"
        );
    }
    format!(
        "contract N-1 \"Random\"
parties {{ provider pro \"Provider\"  customer cus \"Customer\" }}
term {first} to {last}
currency EUR
timezone {zone}
settled {settled}, {set_off}
conventions {{
    {}
}}
asset pump \"Pump\" {{ list_price money  commissioned date  site (north, south, east) }}
asset copier \"Copier\" {{ }}
asset crate \"Crate\" {{ }}
event lost of crate {{ depot (near, far) }}
event installed, failed, access_denied, return_requested of pump
event inspected of pump {{ grade (A, B, C, D)  repair_cost money  data_wiped yes or no }}
event noticed of pump, counts when received {{ received instant }}
event removed, restored, access_granted, collected of pump
event called, answered of pump {{ ticket text }}
event barred of pump {{ declarer party  witness party }}
event unbarred of pump, counts when occurred
event phoned of pump, counts when recorded
asset van \"Van\" {{ site (north, south, east) }}
event hauled of van
event moved of pump {{ site (north, south, east) }}
event serviced of pump {{ work duration  parts money, optional  score number }}
event reading of copier {{ pages count of page, cumulative, reset by replaced }}
event replaced of copier
event stocked of pump {{ pallets count of pallet }}
asset keg \"Keg\" {{ worth_new money  size (small, large) }}
event filled, lost_keg of keg
event emptied of keg {{ grade (A, B, C, D) }}
event closed, opened
event shut, reopened {{ site (north, south, east) }}
event locked of pump {{ declarer party }}
event unlocked of pump
event order_cancelled {{ fee_share percentage  amount money }}
event metered {{ power count of kwh, cumulative }}
define in_service = from installed to removed
define down = from failed to restored
define blocked = from access_denied to access_granted declared by either party
define fair_wear = {open_term}
",
        conventions.join("\n    ")
    )
}

/// What is written, with the names that are defined so far.
struct Writer<'r> {
    random: &'r mut Random,
    pieces: Vec<Piece>,
    /// Names of measures with window word, groups and what they count.
    measures: Vec<Measure>,
    states: Vec<String>,
    obligations: Vec<String>,
    /// An obligation of kegs by which deposits are taken.
    keg_duty: Option<String>,
    indexations: Vec<String>,
    clauses: Vec<(usize, &'static str, &'static str)>,
    whole_months: bool,
}

#[derive(Clone, Debug)]
struct Measure {
    name: String,
    window: &'static str,
    groups: &'static str,
    of: Of,
}

/// What a number shows, what it is of, its text and its groups.
type Number = (&'static str, Of, String, &'static str);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Of {
    Count,
    Hours,
    WorkingHours,
    /// Nothing is paid by it.
    Workshop,
    Money,
    Share,
    Number,
    Pages,
}

/// The pieces of a contract.
pub(super) fn pieces(random: &mut Random, frame: &Frame) -> Vec<Piece> {
    let mut writer = Writer::new(random, frame);
    for _ in 0..writer.random.between(0, 3) {
        writer.state();
    }
    for _ in 0..writer.random.between(1, 5) {
        writer.measure();
    }
    if writer.random.one_in(3) {
        writer.derived();
    }
    if writer.random.one_in(4) {
        for _ in 0..writer.random.between(1, 2) {
            writer.indexation(frame);
        }
    }
    for _ in 0..writer.random.between(2, 6) {
        writer.clause();
    }
    for _ in 0..writer.random.below(4) {
        writer.rare();
    }
    if writer.random.one_in(3) {
        writer.deposits();
    }
    if writer.random.one_in(4) {
        writer.meeting(false);
    }
    if writer.random.one_in(8) {
        writer.three_meet();
    }
    if writer.random.one_in(2) {
        writer.table();
    }
    for _ in 0..writer.random.between(0, 2) {
        writer.limit();
    }
    if writer.random.one_in(3) {
        writer.amended(frame);
    }
    for _ in 0..writer.random.below(3) {
        writer.seldom(frame);
    }
    for _ in 0..writer.random.below(3) {
        writer.scarce();
    }
    writer.notices();
    writer.pieces
}

impl<'r> Writer<'r> {
    fn new(random: &'r mut Random, frame: &Frame) -> Self {
        Self {
            random,
            pieces: Vec::new(),
            measures: Vec::new(),
            states: ["in_service", "down", "blocked"].map(str::to_owned).to_vec(),
            obligations: Vec::new(),
            keg_duty: None,
            indexations: Vec::new(),
            clauses: Vec::new(),
            whole_months: frame.term.0.day() == 1 && frame.term.0.month() == 1,
        }
    }
}

impl Writer<'_> {
    fn push(&mut self, feature: &'static str, text: String) {
        self.pieces.push(Piece { feature, text });
    }

    fn money(&mut self) -> String {
        match self.random.below(6) {
            0 => "0.01 EUR".to_owned(),
            1 => format!("{}.00 EUR", self.random.between(1, 500)),
            2 => format!("{}.{:03} EUR", self.random.between(0, 9), self.random.between(1, 999)),
            3 => "99999999999.99 EUR".to_owned(),
            _ => format!("{}.{:02} EUR", self.random.between(0, 90), self.random.between(1, 99)),
        }
    }

    fn state(&mut self) {
        let name = format!("state_{}", self.states.len());
        let (feature, body) = match self.random.below(10) {
            7 => (
                "state: declared by a party",
                format!("from locked to unlocked, declared by {}", self.random.pick(&["provider", "customer"])),
            ),
            8 => ("timeline: for the same", "from shut to reopened, for the same site".to_owned()),
            9 => ("timeline: for all", "from shut to reopened, for all assets".to_owned()),
            0 => ("state: with a condition", "from inspected where grade is D to restored".to_owned()),
            1 => ("state: some days after an event", "from installed to 2 days after removed".to_owned()),
            2 => ("state: some hours after an event", "from 6 hours after failed to restored".to_owned()),
            3 => ("state: several ends", "from installed to removed or collected".to_owned()),
            4 => ("state: from an attribute", "from commissioned to removed".to_owned()),
            5 => ("timeline", "from closed to opened".to_owned()),
            _ => ("state: joined", "in_service and not (down or blocked)".to_owned()),
        };
        self.states.push(name.clone());
        self.push(feature, format!("define {name} = {body}"));
    }

    /// States joined.
    fn joined(&mut self) -> String {
        let states: Vec<String> = self.states.clone();
        let list: Vec<&str> = states.iter().map(String::as_str).collect();
        let one = self.random.pick(&list).to_owned();
        let two = self.random.pick(&list).to_owned();
        match self.random.below(5) {
            0 => format!("in_service and {one}"),
            1 if one != two => format!("{one} and not {two}"),
            2 => format!("in_service and ({one} or {two})"),
            3 => "in_service and not down".to_owned(),
            _ => self.random.pick(&["in_service", "down", "blocked"]).to_owned(),
        }
    }

    fn window(&mut self) -> &'static str {
        if self.whole_months {
            return self.random.pick(&[
                "month",
                "month",
                "month",
                "quarter",
                "year",
                "week",
                "day",
                "contract month",
                "term",
            ]);
        }
        self.random.pick(&[
            "calendar month",
            "contract month",
            "contract month",
            "calendar quarter",
            "contract quarter",
            "contract year",
            "week",
            "day",
            "term",
        ])
    }

    fn measure(&mut self) {
        let name = format!("number_{}", self.measures.len());
        let window = self.window();
        let groups = self.random.pick(&["", "", " per pump", " per site", " per site"]);
        let (feature, of, body, groups) = match self.random.below(16) {
            which @ 0..=2 => self.counted(which, groups),
            which @ 3..=9 => self.read_of_fields(which, groups),
            which => self.timed(which, groups),
        };
        let (window, body) = if feature == "uptime" {
            let word = if self.whole_months { "month" } else { "calendar month" };
            (word, body.replace("MONTH", "month"))
        } else {
            (window, body)
        };
        self.push(feature, format!("define {name}{groups} per {window} = {body}"));
        self.measures.push(Measure { name, window, groups, of });
    }

    fn counted(&mut self, which: u64, groups: &'static str) -> Number {
        match which {
            0 if self.random.one_in(3) => (
                "count: lots",
                Of::Count,
                "count of lost".to_owned(),
                self.random.pick(&["", " per lost.depot", " per crate"]),
            ),
            0 => ("count", Of::Count, "count of failed".to_owned(), groups),
            1 => (
                "count: with a condition",
                Of::Count,
                "count of (inspected where grade in (C, D) and not data_wiped is yes)".to_owned(),
                self.random.pick(&["", " per inspected.grade", " per site"]),
            ),
            _ => (
                "count: by age",
                Of::Count,
                "count of (failed where time since commissioned is above 18 months)".to_owned(),
                groups,
            ),
        }
    }

    fn read_of_fields(&mut self, which: u64, groups: &'static str) -> Number {
        match which {
            3 => ("total", Of::Money, "total of inspected.repair_cost".to_owned(), groups),
            4 => (
                "total: optional",
                Of::Money,
                format!(
                    "total of serviced.parts, missing : {}",
                    self.random.pick(&["adds nothing", "counts as 3.10 EUR", "held"])
                ),
                groups,
            ),
            5 => ("mean", Of::Number, "mean of serviced.score, empty : nothing due".to_owned(), groups),
            6 => (
                "mean: weighted",
                Of::Number,
                "mean of serviced.score weighted by work, empty : counts as 4".to_owned(),
                groups,
            ),
            7 => (
                "least, greatest, latest",
                Of::Number,
                format!(
                    "{} of serviced.score, empty : {}",
                    self.random.pick(&["least", "greatest", "latest"]),
                    self.random.pick(&["nothing due", "held", "counts as 2"])
                ),
                groups,
            ),
            8 => (
                "share",
                Of::Share,
                format!(
                    "share of (serviced where score is at least 5), empty : {}{}",
                    self.random.pick(&["nothing due", "counts as 100%"]),
                    self.random.pick(&[", not rounded", ", rounded to 0.1% half up", ", rounded to 1% downward"])
                ),
                groups,
            ),
            _ => (
                "percentile",
                Of::Number,
                format!(
                    "{} percentile of serviced.score, {}, empty : nothing due",
                    self.random.pick(&["95th", "50th", "12.5th"]),
                    self.random.pick(&["nearest rank", "interpolated"])
                ),
                groups,
            ),
        }
    }

    fn timed(&mut self, which: u64, groups: &'static str) -> Number {
        let timelines: Vec<String> = self.pieces.iter().filter_map(Piece::timeline).collect();
        let state = match timelines.first() {
            // What holds for all assets, or for those of a site, pump by pump.
            Some(alone) if groups == " per pump" && self.random.one_in(2) => alone.clone(),
            Some(_) | None => self.joined(),
        };
        match which {
            10 if self.random.one_in(3) => (
                "time while: hours under a name",
                Of::Workshop,
                format!("total of time while {state}, in workshop hours"),
                groups,
            ),
            10 => ("time while", Of::Hours, format!("total of time while {state}, in hours"), groups),
            11 => (
                "time while: working hours",
                Of::WorkingHours,
                format!("total of time while {state}, in working hours"),
                groups,
            ),
            12 => (
                "time from to",
                Of::Number,
                format!(
                    "{} of time from failed to restored in {}, empty : nothing due",
                    self.random.pick(&["mean", "greatest", "least"]),
                    self.random.pick(&["hours", "days", "business days", "working hours"])
                ),
                groups,
            ),
            13 => (
                "ratio of counts",
                Of::Share,
                "count of restored / count of failed, at most 100%, not rounded, empty : nothing due".to_owned(),
                groups,
            ),
            14 if self.states.len() == 3 => (
                "uptime",
                Of::Share,
                "1 - (total of time while in_service and down and not blocked) / length of MONTH, not rounded"
                    .to_owned(),
                "",
            ),
            _ => (
                "meter",
                Of::Pages,
                format!(
                    "increase of reading.pages, missing : {}, across a window : {}",
                    self.random.pick(&["adds nothing", "adds nothing", "held", "counts as 250 page"]),
                    self.random.pick(&["in the later window", "by time"])
                ),
                self.random.pick(&["", " per copier"]),
            ),
        }
    }

    /// A number of other numbers.
    fn derived(&mut self) {
        let Some(base) = self.any(&[Of::Count, Of::Number, Of::Money, Of::Share]) else { return };
        let name = format!("derived_{}", self.measures.len());
        let Measure { name: of, window, groups, of: what } = base;
        let short = self.random.pick(&["counts as it is", "nothing due", "held"]);
        let (feature, body, groups) = match self.random.below(4) {
            0 if groups == " per site" || groups == " per pump" => {
                let all = if groups == " per site" { "sites" } else { "pumps" };
                let figure = self.random.pick(&["mean", "least", "greatest", "total"]);
                let exact = if figure == "mean" && what == Of::Share { ", each exact" } else { "" };
                ("over all groups", format!("{figure} of {of} over all {all}{exact}, empty : nothing due"), "")
            }
            1 => (
                "earlier windows",
                format!(
                    "{} of {of} over the {} {} {window}s, a short window : {short}, empty : nothing due",
                    self.random.pick(&["least", "greatest", "mean", "total"]),
                    self.random.pick(&["last", "previous"]),
                    self.random.between(2, 4)
                ),
                groups,
            ),
            2 => (
                "the window before",
                format!("{of} - {of} in the previous {window}, a short window : {short}, empty : nothing due"),
                groups,
            ),
            _ => ("excess and shortfall", format!("excess of {of} over {}", self.value_of(what)), groups),
        };
        if window == "term" {
            return;
        }
        self.push(feature, format!("define {name}{groups} per {window} = {body}"));
        self.measures.push(Measure { name, window, groups, of: what });
    }

    fn value_of(&mut self, of: Of) -> String {
        match of {
            Of::Count | Of::Number => self.random.between(0, 4).to_string(),
            Of::Hours | Of::Workshop => format!("{} hours", self.random.between(1, 300)),
            Of::WorkingHours => format!("{} working hours", self.random.between(1, 80)),
            Of::Money => format!("{}.00 EUR", self.random.between(1, 400)),
            Of::Share => format!("{}%", self.random.between(1, 99)),
            Of::Pages => format!("{} page", self.random.between(1, 900)),
        }
    }

    fn any(&mut self, of: &[Of]) -> Option<Measure> {
        let fitting: Vec<Measure> = self.measures.iter().filter(|measure| of.contains(&measure.of)).cloned().collect();
        let refs: Vec<&Measure> = fitting.iter().collect();
        if refs.is_empty() { None } else { Some(self.random.pick(&refs).clone()) }
    }
}
