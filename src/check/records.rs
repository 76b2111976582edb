//! Records that begin after the contract: since when all events are recorded, and what becomes of what depends on the
//! time before.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::KindId;
use crate::base::span::Span;
use crate::base::time::{Date, MonthEnd};
use crate::base::vocabulary::ReachesBack;
use crate::base::window::{RankOver, WindowKind, Windows};
use crate::check::checker::Checker;
use crate::check::clauses::values_of;
use crate::check::contract::{Holds, Opener, TermBody};
use crate::check::value::{Node, Rank, Value};
use crate::check::worked::costing;
use crate::syntax::tree::{Convention, Item};

/// Since when events are recorded.
#[derive(Clone, PartialEq, Debug)]
pub struct Records {
    /// The first day of which all events are recorded; `None` where it is the first day of the term.
    pub begin: Option<Date>,
    /// The same for kinds that have a day of their own.
    pub of: Vec<(KindId, Date)>,
    /// Whether what was still going on on that day is recorded, by the events from before that began it.
    pub opening: bool,
    /// Whether what depends on the time before is held; otherwise what is recorded counts, and nothing before.
    pub held: bool,
}

/// What reaches back before the records begin: in words, and what the answers come to.
struct Reaching {
    span: Span,
    words: String,
    /// The kind of event and the day from which its records would have to begin.
    needs: Option<(KindId, Date)>,
    held: String,
    anew: String,
    opening: String,
}

impl Checker<'_> {
    /// Takes in since when events are recorded, and asks what becomes of what reaches back before.
    pub(super) fn records(&mut self) {
        let file = self.file;
        let rows =
            file.items.iter().filter_map(|item| if let Item::Conventions(rows) = item { Some(rows) } else { None });
        let mut records = Records { begin: None, of: Vec::new(), opening: false, held: true };
        let (mut said, mut answer) = (None, None);
        for row in rows.flatten() {
            if let Convention::RecordsBegin { from, opening, back } = &row.node {
                records.begin = self.day_of_records(from.node, from.span);
                records.opening = *opening;
                (said, answer) = (said.or(records.begin.map(|_| row.span)), *back);
            } else if let Convention::RecordsOf { kinds, from } = &row.node {
                let Some(day) = self.day_of_records(from.node, from.span) else { continue };
                for kind in kinds.iter().filter_map(|word| self.kind(word)).collect::<Vec<_>>() {
                    records.of.push((kind, day));
                    said = said.or(Some(row.span));
                }
            }
        }
        let Some(span) = said else { return };
        if answer.is_none()
            && let Some(reaching) = self.reaching(&records)
        {
            self.ask_about_records(&records, &reaching, span);
        }
        records.held = answer != Some(ReachesBack::CountsFromThen);
        self.conventions.records = Some(records);
    }

    /// Whether the conventions say that the records begin after the contract.
    pub(super) fn begin_later(&self) -> bool {
        let mut rows = self
            .file
            .items
            .iter()
            .filter_map(|item| if let Item::Conventions(rows) = item { Some(rows) } else { None })
            .flatten();
        rows.any(|row| matches!(&row.node, Convention::RecordsBegin { from, .. } if from.node > self.term.0))
    }

    /// A day from which events are recorded; it lies in the term.
    fn day_of_records(&mut self, day: Date, span: Span) -> Option<Date> {
        let (first, last) = self.term;
        if day > last {
            let message = format!("the records begin on {day}, after the last day of the term");
            return self.wrong(Code::C025, span, message, format!("write a day from {first} to {last}"));
        }
        Some(day)
    }

    fn ask_about_records(&mut self, records: &Records, reaching: &Reaching, span: Span) {
        let Reaching { span: place, words, needs, held, anew, opening } = reaching;
        let day = records.begin.unwrap_or(self.term.0);
        let with = " with an opening balance";
        let begin = format!("records begin {day}{}", if records.opening { with } else { "" });
        let mut question = Diagnostic::new(
            Code::C119,
            span,
            format!("the records begin on {day}, and it is not said what becomes of what depends on the time before"),
        )
        .and_at(*place, words.clone())
        .answer(format!("{begin}, what reaches back is held"), held.clone())
        .answer(format!("{begin}, what reaches back counts from then"), anew.clone());
        if !opening.is_empty() && !records.opening {
            let write = format!("{begin}{with}, what reaches back is held");
            question = question.answer(write, opening.clone());
        }
        if let Some((kind, day)) = needs {
            let name = self.kinds.get(kind.index()).map_or("", |kind| kind.name.as_str());
            let write = format!("{begin}, what reaches back is held   records of {name} begin {day}");
            question = question.answer(write, "the feed has these events from before, and they count");
        }
        self.report(question.help("write one of them into the conventions"));
    }

    /// The first day of the records of a kind, where it lies after the first day of the term.
    fn begin_of(&self, records: &Records, kind: KindId) -> Option<Date> {
        let own = records.of.iter().find(|(of, _)| *of == kind).map(|(_, day)| *day);
        own.or(records.begin).filter(|day| *day > self.term.0)
    }

    /// Something that reaches back before the records begin; `None` where nothing does.
    fn reaching(&self, records: &Records) -> Option<Reaching> {
        self.reaching_rank(records)
            .or_else(|| self.reaching_window(records))
            .or_else(|| self.reaching_deposit(records))
            .or_else(|| self.reaching_state(records))
            .or_else(|| self.reaching_duty(records))
    }

    fn reaching_rank(&self, records: &Records) -> Option<Reaching> {
        let mut ranks: Vec<(&Rank, Span)> = Vec::new();
        for sentence in &self.sentences {
            let mut values = values_of(sentence);
            if let Opener::On(_, Some(filter)) = &sentence.opener {
                values.push(filter);
            }
            values.into_iter().for_each(|value| ranks_in(value, &mut ranks));
        }
        for right in &self.rights {
            if let Holds::Opened(Opener::On(_, Some(filter))) = &right.holds {
                ranks_in(filter, &mut ranks);
            }
        }
        let windows =
            Windows::new(self.zone, self.term.0, self.term.1, self.conventions.month_end.unwrap_or(MonthEnd::LastDay));
        ranks.into_iter().find_map(|(rank, span)| {
            let begin = self.begin_of(records, rank.kind)?;
            let from = match rank.over {
                RankOver::Window(kind) => windows.days(kind, windows.index_of_date(kind, begin)).0,
                RankOver::Days(days) => begin.plus_days(days.saturating_sub(1).saturating_neg()),
                RankOver::Months(months) => {
                    begin.plus_months(months.saturating_neg(), windows.month_end()).plus_days(1)
                }
            };
            let from = from.max(self.term.0);
            let label = &rank.label;
            let name = self.kinds.get(rank.kind.index()).map_or("", |kind| kind.name.as_str());
            (from < begin).then(|| Reaching {
                span,
                words: format!("`{label}` on {begin} counts from {from} on"),
                needs: Some((rank.kind, from)),
                held: format!("a `{name}` is held until what its rank counts lies behind {begin}"),
                anew: costing(
                    format!("the first `{name}` of the records is the 1st"),
                    self.cost_of_first(span).map(|cost| format!("as the 1st it costs {cost}")),
                ),
                opening: String::new(),
            })
        })
    }

    fn reaching_window(&self, records: &Records) -> Option<Reaching> {
        let begin = records.begin.filter(|day| *day > self.term.0)?;
        let windows =
            Windows::new(self.zone, self.term.0, self.term.1, self.conventions.month_end.unwrap_or(MonthEnd::LastDay));
        self.terms.iter().find_map(|term| {
            let TermBody::Measure(measure) = &term.body else { return None };
            let (first, last) = windows.days(measure.window, windows.index_of_date(measure.window, begin));
            let cut = first < begin && begin <= last;
            let rolls = matches!(measure.window, WindowKind::Rolling { .. });
            (cut || rolls || reads_earlier(&measure.value)).then(|| {
                let until = if rolls { "its window lies" } else { "what it reads lies" };
                Reaching {
                    span: term.span,
                    words: format!("`{}` counts what happened before {begin} too", term.name),
                    needs: None,
                    held: format!("what reads `{}` is held until {until} behind {begin}", term.name),
                    anew: format!("`{}` counts what happened since {begin}, and nothing before", term.name),
                    opening: String::new(),
                }
            })
        })
    }

    fn reaching_deposit(&self, records: &Records) -> Option<Reaching> {
        let begin = records.begin.filter(|day| *day > self.term.0)?;
        let deposit = self.deposits.first()?;
        let clause = self.clauses.get(deposit.clause.index())?;
        let taking = self.sentences.iter().find(|sentence| sentence.clause == deposit.clause)?;
        let worked = self.worked_at(taking.span);
        let once = worked.once().map_or_else(|| "the deposit".to_owned(), |amount| worked.money(&amount));
        Some(Reaching {
            span: clause.span,
            words: format!(
                "a deposit of clause {} that was paid before {begin} comes back on {}",
                clause.number,
                begin.plus_days(14)
            ),
            needs: None,
            held: "its return is held".to_owned(),
            anew: "no deposit is known for it: what the contract says of that holds".to_owned(),
            opening: format!("the feed has the event on which it was paid: {once} comes back"),
        })
    }

    fn reaching_state(&self, records: &Records) -> Option<Reaching> {
        let begin = records.begin.filter(|day| *day > self.term.0)?;
        let state = self.states.first()?;
        let worked = self.worked_at(state.span);
        let end = begin.plus_days(14);
        Some(Reaching {
            span: state.span,
            words: format!("`{}` began before {begin} and ends on {end}", state.name),
            needs: None,
            held: format!("what it counts until {end} is held"),
            anew: costing("its end has no start, and `an end without a start` says what counts", worked.nothing()),
            opening: costing("the feed has the event with which it began: 14 days", worked.days(14)),
        })
    }

    fn reaching_duty(&self, records: &Records) -> Option<Reaching> {
        let begin = records.begin.filter(|day| *day > self.term.0)?;
        let duty = self.obligations.first()?;
        let worked = self.worked_at(duty.span);
        Some(Reaching {
            span: duty.span,
            words: format!("`{}` was opened before {begin} and is done on {}", duty.name, begin.plus_days(14)),
            needs: None,
            held: "whether it was late is held".to_owned(),
            anew: costing("it is not known, so that it is not late", worked.nothing()),
            opening: costing("the feed has the event that opened it: it may be 5 days late", worked.late(5, Some(3))),
        })
    }
}

fn ranks_in<'v>(value: &'v Value, found: &mut Vec<(&'v Rank, Span)>) {
    if let Node::Rank(rank) = &*value.node {
        found.push((rank, value.span));
    }
    value.node.parts().into_iter().for_each(|part| ranks_in(part, found));
}

/// Whether a value reads a number in earlier windows.
fn reads_earlier(value: &Value) -> bool {
    matches!(&*value.node, Node::Past(past) if past.from > 0) || value.node.parts().into_iter().any(reads_earlier)
}
