//! Random contracts and feeds: the same for the same seed.

mod dense;
mod events;
mod pool;
mod text;
mod themes;

use consigne::base::time::{Date, Zone};

use super::Case;

/// A small generator of numbers (splitmix64).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        // Mixed first, so that neighbouring seeds have nothing in common.
        let first = Self(seed).next();
        Self(first ^ seed.rotate_left(32))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to one below.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    pub(crate) fn between(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.below(u64::try_from(to - from + 1).unwrap_or(1))).unwrap_or(0)
    }

    /// True in one of so many cases.
    pub(crate) fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// Which days of a time count.
    pub(crate) fn day_count(&mut self) -> &'static str {
        self.pick(&[
            "first day counted",
            "first day counted, last day not counted",
            "last day counted",
            "both days counted",
            "both days not counted",
        ])
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        let place = usize::try_from(self.below(list.len() as u64)).unwrap_or(0);
        list[place]
    }
}

/// A part of a contract that can be left out.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// What it shows, for counting.
    pub(crate) feature: &'static str,
    pub(crate) text: String,
}

impl Piece {
    /// The name of a state whose events name no asset, where it defines one.
    fn timeline(&self) -> Option<String> {
        let name = self.text.split(' ').nth(1).filter(|_| self.feature.starts_with("timeline"));
        name.map(str::to_owned)
    }
}

/// A contract and feed in parts.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) frame: Frame,
    pub(crate) pieces: Vec<Piece>,
    /// Lines of the feed.
    pub(crate) events: Vec<String>,
    /// Rows of the register.
    pub(crate) rows: Vec<String>,
    /// Rows of the table of indices.
    pub(crate) indices: Vec<String>,
    pub(crate) as_of: Option<consigne::base::time::Instant>,
}

/// The frame of a contract.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) term: (Date, Date),
    pub(crate) zone: &'static str,
    pub(crate) settled: &'static str,
    pub(crate) set_off: &'static str,
    /// Who decides what is left to a person, and until when.
    pub(crate) open_term: String,
    pub(crate) conventions: Vec<String>,
    /// Of a pool, its declarations.
    pub(crate) pool: Option<String>,
}

impl Frame {
    pub(crate) fn time_zone(&self) -> Zone {
        Zone::parse(self.zone).unwrap_or(Zone::UTC)
    }
}

/// The head of the register.
pub(crate) const HEAD: &str = "asset,family,from,to,list_price,commissioned,site,worth_new,size\n";

impl Draft {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        match seed % 4 {
            1 => return themes::draft(&mut random, seed / 4),
            3 => return pool::draft(&mut random, false),
            _ => {}
        }
        let frame = text::frame(&mut random);
        let pieces = text::pieces(&mut random, &frame);
        let (rows, events) = events::facts(&mut random, &frame);
        let as_of = random.one_in(8).then(|| {
            let days = i32::try_from(random.between(20, 300)).unwrap_or(20);
            frame.time_zone().start_of(frame.term.0.plus_days(days))
        });
        let indexed = pieces.iter().any(|piece| piece.feature == "index");
        let indices = if indexed { text::published(&mut random, &frame, false) } else { Vec::new() };
        Self { frame, pieces, events, rows, indices, as_of }
    }

    /// The text of the contract.
    pub(crate) fn contract(&self) -> String {
        let mut text = text::head(&self.frame);
        for piece in &self.pieces {
            text.push_str(&piece.text);
            text.push('\n');
        }
        text
    }

    pub(crate) fn case(&self) -> Case {
        let (from, to) = self.frame.term;
        let indices = if self.indices.is_empty() {
            String::new()
        } else {
            format!("series,month,value,published,status\n{}\n", self.indices.join("\n"))
        };
        let head = if self.frame.pool.is_some() { pool::HEAD } else { HEAD };
        let register = if self.rows.is_empty() { String::new() } else { format!("{head}{}\n", self.rows.join("\n")) };
        Case { register, feed: self.events.join("\n"), indices, assumed: Vec::new(), from, to, as_of: self.as_of }
    }
}
