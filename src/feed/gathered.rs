//! What is left of a contract that is read by asset when all of its assets were seen: who they are, and the events that
//! are needed still.

use std::sync::Arc;

use crate::base::ids::{AssetId, FieldId, KindId};
use crate::base::symbol::Symbol;
use crate::base::time::Instant;
use crate::feed::ContractFeed;
use crate::feed::column::Column;
use crate::feed::events::{Event, Events, Subject};
use crate::feed::figure::Figure;
use crate::feed::schema::Schema;
use crate::feed::texts::{Pool, Texts};

/// Assets and events of the parts of a contract.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    assets: Vec<Option<AssetId>>,
    heads: Vec<Taken>,
    rivals: Vec<Taken>,
}

/// An event with its id, its values and, where another instant of it counts, when it happened.
#[derive(Debug)]
struct Taken {
    event: Event,
    id: Option<String>,
    values: Vec<Option<Figure>>,
    happened: Option<Instant>,
}

/// Events with their ids, and assets, in their order.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) events: Events,
    pub(crate) ids: Arc<Texts>,
    pub(crate) subjects: Vec<Subject>,
}

impl Gathered {
    /// Adds the assets of a part, and those of its events that are needed. Of an asset that the register does not hold, the
    /// first event tells the family.
    pub(crate) fn take(&mut self, part: &ContractFeed, schema: &Schema, is_needed: &dyn Fn(KindId) -> bool) {
        let events = &part.events;
        let of_family = |event: &&Event| schema.kinds.get(event.kind.index()).is_some_and(|kind| kind.family.is_some());
        for subject in part.walked() {
            self.assets.push(subject.asset);
            let (own, rivals) = (events.of(subject), events.rivals_of(subject.asset));
            let is_held = subject.asset.is_none_or(|asset| part.holding(asset).is_some());
            let telling = own.iter().chain(rivals).find(of_family).filter(|_| !is_held);
            let wanted = |event: &&Event| is_needed(event.kind) || telling == Some(*event);
            let taken = |event: &Event| Taken::of(part, schema, event);
            self.heads.extend(own.iter().filter(wanted).map(taken));
            self.rivals.extend(rivals.iter().filter(wanted).map(taken));
        }
    }

    /// Adds what is left of other assets.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.assets.append(&mut other.assets);
        self.heads.append(&mut other.heads);
        self.rivals.append(&mut other.rivals);
    }

    /// The events and assets of all parts, in their order.
    pub(crate) fn finish(mut self, schema: &Schema) -> Left {
        // As in the order of heads, what names no asset comes last.
        let rank = |asset: Option<AssetId>| (asset.is_none(), asset);
        self.assets.sort_unstable_by_key(|asset| rank(*asset));
        self.heads.sort_by_key(|taken| rank(taken.event.asset));
        self.rivals.sort_by_key(|taken| rank(taken.event.asset));
        let columns = |fields: usize| vec![Column::default(); fields];
        let mut events = Events {
            fields: schema.kinds.iter().map(|kind| columns(kind.fields.len())).collect(),
            happened: vec![Vec::new(); schema.kinds.len()],
            ..Events::default()
        };
        let mut rows = vec![0_u32; schema.kinds.len()];
        let mut ids = Pool::default();
        let (heads, rivals) = (std::mem::take(&mut self.heads), std::mem::take(&mut self.rivals));
        events.heads = heads.into_iter().map(|taken| taken.add(&mut events, &mut rows, &mut ids)).collect();
        events.rivals = rivals.into_iter().map(|taken| taken.add(&mut events, &mut rows, &mut ids)).collect();
        let mut start = 0_u32;
        let subject = |asset: Option<AssetId>| {
            let own = events.heads.iter().skip(start as usize).take_while(|event| event.asset == asset).count();
            let end = start.saturating_add(u32::try_from(own).unwrap_or(u32::MAX));
            Subject { asset, events: std::mem::replace(&mut start, end)..end }
        };
        let subjects = self.assets.into_iter().map(subject).collect();
        Left { events, ids: ids.texts(), subjects }
    }
}

impl Taken {
    fn of(part: &ContractFeed, schema: &Schema, event: &Event) -> Self {
        let events = &part.events;
        let fields = schema.kinds.get(event.kind.index()).map_or(0, |kind| kind.fields.len());
        let value = |field: FieldId| {
            let column = events.column(event.kind, field)?;
            Some(Figure { mantissa: column.get(event.row)?, scale: column.scale() })
        };
        let values = (0..fields).map(FieldId::at).map(value).collect();
        Self { event: *event, id: part.id(event).map(str::to_owned), values, happened: events.happened(event) }
    }

    /// Adds the values to the columns of the kind; gives the event with its place in them.
    fn add(self, events: &mut Events, rows: &mut [u32], ids: &mut Pool) -> Event {
        let kind = self.event.kind.index();
        for (column, value) in events.fields.get_mut(kind).into_iter().flatten().zip(self.values) {
            column.push(value);
        }
        if let (Some(happened), Some(own)) = (self.happened, events.happened.get_mut(kind)) {
            own.push(happened);
        }
        let Some(next) = rows.get_mut(kind) else { return self.event };
        let row = std::mem::replace(next, next.saturating_add(1));
        Event { row, id: self.id.map(|id| Symbol(ids.intern(&id))), ..self.event }
    }
}
