//! How much memory a settlement may take for events. What has no room waits in a scratch file.

use std::io;
use std::path::Path;

use crate::feed::leaves::{Room, Scratch};
use crate::session::Trouble;
use crate::session::files;

/// The memory of a machine that does not tell how much it has.
const UNKNOWN: u64 = 4 << 30;

/// A limit for the memory that events take, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Memory(u64);

impl Memory {
    /// Half of that of the machine.
    #[must_use]
    pub fn usual() -> Self {
        let told = files::text(Path::new("/proc/meminfo")).ok();
        let total = told.as_deref().and_then(total);
        Self(total.unwrap_or(UNKNOWN) / 2)
    }

    /// Reads `512MiB`, `2GiB` or `1.5GB`.
    ///
    /// # Errors
    ///
    /// What cannot be read as such.
    pub fn parse(text: &str) -> Result<Self, Trouble> {
        let wrong = || {
            let help = "write a number with its unit, such as `512MiB` or `2GiB`";
            Trouble::call(format!("`{text}` is no amount of memory"), help)
        };
        let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').ok_or_else(wrong)?;
        let (number, unit) = text.split_at(end);
        let unit: u64 = match unit.trim().to_ascii_lowercase().as_str() {
            "kib" => 1 << 10,
            "mib" => 1 << 20,
            "gib" => 1 << 30,
            "tib" => 1 << 40,
            "kb" => 1_000,
            "mb" => 1_000_000,
            "gb" => 1_000_000_000,
            "tb" => 1_000_000_000_000,
            _ => return Err(wrong()),
        };
        let number = crate::base::number::Ratio::parse(number).map_err(|_| wrong())?;
        let bytes = number.times(&crate::base::number::Ratio::big(unit.into())).floor().to_i64();
        bytes.and_then(|bytes| u64::try_from(bytes).ok()).filter(|bytes| *bytes > 0).map(Self).ok_or_else(wrong)
    }

    /// What may wait in memory until all is read: a quarter of it.
    pub(super) fn waiting(self) -> Room {
        Room { bytes: self.share(4), scratch }
    }

    /// What may be worked on at a time: half of it.
    #[must_use]
    pub fn working(self) -> usize {
        self.share(2)
    }

    fn share(self, of: u64) -> usize {
        usize::try_from(self.0.checked_div(of).unwrap_or_default()).unwrap_or(usize::MAX)
    }
}

/// A file without a name, in the folder for such files: the system takes it away with the program, however that ends.
fn scratch() -> io::Result<Box<dyn Scratch>> {
    Ok(Box::new(tempfile::tempfile()?))
}

/// The memory of the machine, as Linux tells it.
fn total(told: &str) -> Option<u64> {
    let line = told.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1 << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_memory_have_units() {
        let bytes = |text: &str| Memory::parse(text).map(|memory| memory.0).ok();
        assert_eq!(bytes("512MiB"), Some(512 * 1_048_576));
        assert_eq!(bytes("1.5 GB"), Some(1_500_000_000));
        assert_eq!(bytes("2gib"), Some(2_147_483_648));
        for wrong in ["", "2", "GiB", "2 apples", "0MiB", "-1GiB", "1e3GiB"] {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_machine_tells_its_memory() {
        assert_eq!(total("MemTotal:       16384 kB\nMemFree: 1 kB\n"), Some(16_777_216));
        assert_eq!(total("nothing"), None);
    }
}
