//! Pieces of a file, taken in beside each other and joined in their order, so that nobody sees how many cores there are.

use std::sync::Arc;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::feed::FileAccount;
use crate::feed::column::{Numbers, renumbered};
use crate::feed::evidence::Tally;
use crate::feed::figure::Figure;
use crate::feed::leaves::Leaves;
use crate::feed::raw::{Books, RawFeed};
use crate::feed::schema::FieldType;
use crate::feed::texts::Pool;

/// What the numbers of names became that a piece was the first to bring.
#[derive(Debug, Default)]
pub(crate) struct Renumbered {
    texts: (u32, Vec<u32>),
    assets: (u32, Vec<u32>),
}

impl Renumbered {
    pub(crate) fn asset(&self, number: u32) -> u32 {
        self.assets().of(number)
    }

    pub(crate) fn text(&self, number: u32) -> u32 {
        self.texts().of(number)
    }

    /// A value of a field, which may stand for a text or a member of a family of parties.
    pub(crate) fn value(&self, kind: &FieldType, figure: Figure) -> Figure {
        Figure { mantissa: renumbered(figure.mantissa, kind.renumber(self.texts(), self.assets())), ..figure }
    }

    fn texts(&self) -> Numbers<'_> {
        Numbers { from: self.texts.0, to: &self.texts.1 }
    }

    fn assets(&self) -> Numbers<'_> {
        Numbers { from: self.assets.0, to: &self.assets.1 }
    }
}

impl RawFeed {
    /// Takes in pieces of a file with `take`, which tells whether what follows can be used. They are taken in beside each
    /// other; what they say counts in their order, up to the first that does not go on. Tells whether all did.
    pub(crate) fn take_pieces<P: Send>(
        &mut self,
        mut pieces: Vec<P>,
        take: impl Fn(&mut RawFeed, P) -> bool + Sync,
    ) -> bool {
        if pieces.len() < 2 {
            return pieces.pop().is_none_or(|only| take(self, only));
        }
        let names = [Arc::new(std::mem::take(&mut self.texts)), Arc::new(std::mem::take(&mut self.assets))];
        let count = self.clusters.leaves();
        let passing = || Leaves::passing(count);
        let leaves = std::iter::from_fn(|| Some(self.passing.pop().unwrap_or_else(passing)));
        let pieces: Vec<(P, Leaves)> = pieces.into_iter().zip(leaves).collect();
        let apart = pieces.into_par_iter().map(|(piece, leaves)| {
            let mut fork = self.fork(&names, leaves);
            let goes_on = take(&mut fork, piece);
            (fork.settled(), goes_on)
        });
        let apart: Vec<(Fork, bool)> = apart.collect();
        let [texts, assets] = names.map(|names| Arc::try_unwrap(names).unwrap_or_else(|shared| (*shared).clone()));
        (self.texts, self.assets) = (texts, assets);
        apart.into_iter().all(|(fork, goes_on)| {
            self.join(fork);
            goes_on
        })
    }

    /// One that has taken in nothing yet; names of its own follow those of this one.
    fn fork(&self, [texts, assets]: &[Arc<Pool>; 2], leaves: Leaves) -> Self {
        let blank = |file: &FileAccount| FileAccount {
            name: String::new(),
            holds: file.holds,
            tally: Tally::default(),
            causes: std::collections::BTreeMap::new(),
        };
        let mut fork = Self::empty(Arc::clone(&self.schemas), leaves);
        fork.router = Arc::clone(&self.router);
        (fork.texts, fork.assets) = (Pool::over(texts), Pool::over(assets));
        fork.books = vec![Books::default(); self.schemas.len()];
        fork.clusters = self.clusters.fork();
        fork.files = self.files.iter().map(blank).collect();
        fork
    }

    /// What a fork leaves behind, without the names of the one that it is of.
    fn settled(mut self) -> Fork {
        let texts = std::mem::take(&mut self.texts);
        let assets = std::mem::take(&mut self.assets);
        let names = [&texts, &assets].map(|pool| (pool.first(), pool.added().map(str::to_owned).collect()));
        Fork { raw: self, names }
    }

    /// Adds what a fork took in.
    fn join(&mut self, Fork { raw: fork, names: [texts, assets] }: Fork) {
        let numbered = |pool: &mut Pool, (first, names): (u32, Vec<String>)| {
            (first, names.iter().map(|name| pool.intern(name)).collect::<Vec<u32>>())
        };
        let renamed =
            Renumbered { texts: numbered(&mut self.texts, texts), assets: numbered(&mut self.assets, assets) };
        let RawFeed { mut leaves, clusters, books, files, .. } = fork;
        self.clusters.join_all(clusters, &mut leaves, &renamed);
        let none = renamed.texts.1.is_empty() && renamed.assets.1.is_empty();
        self.leaves.take_over(&mut leaves, &(!none).then(|| Arc::new(renamed)));
        self.passing.push(leaves);
        for (own, other) in self.books.iter_mut().zip(books) {
            own.rejected = own.rejected.saturating_add(other.rejected);
            own.account.append(other.account);
        }
        for (own, other) in self.files.iter_mut().zip(files) {
            own.add(&other.tally, &other.causes);
        }
        self.common.append(fork.common);
        self.stray.append(fork.stray);
        self.nameless = self.nameless.saturating_add(fork.nameless);
        self.lost_lines = self.lost_lines.saturating_add(fork.lost_lines);
    }
}

/// What a fork leaves behind: all but its names, and these as texts with the number of the first, for texts and assets.
struct Fork {
    raw: RawFeed,
    names: [(u32, Vec<String>); 2],
}
