//! A report for people as it grows.
//!
//! What is most urgent comes first, whatever file it stands in: so blocks wait until all files were judged, but never
//! more than will be shown. Where all are to be shown, each file is shown when its turn comes, in its own order: there is
//! no bound to what would wait.

use crate::report::format::URGENCIES;
use crate::report::human::{Blocks, Limits, Style};

/// A report for people as it grows.
pub(super) struct Human {
    pub style: Style,
    /// How many blocks are shown; `None` shows all.
    limit: Option<usize>,
    /// The blocks that wait, by urgency, each with how many findings it stands for.
    waiting: [Vec<(String, usize)>; URGENCIES],
    /// Findings in blocks that will not be shown.
    left_out: usize,
}

impl Human {
    pub fn new(style: Style, limit: Option<usize>) -> Self {
        Self { style, limit, waiting: Default::default(), left_out: 0 }
    }

    /// How many more blocks are wanted.
    pub fn limits(&self) -> Limits {
        let Some(limit) = self.limit else { return [usize::MAX; URGENCIES] };
        let mut left = limit;
        let of = |waiting: &Vec<(String, usize)>| {
            left = left.saturating_sub(waiting.len());
            left
        };
        let limits: Vec<usize> = self.waiting.iter().map(of).collect();
        limits.try_into().unwrap_or([limit; URGENCIES])
    }

    /// Takes the blocks of a file; what is shown of them at once.
    pub fn take(&mut self, blocks: Blocks) -> String {
        self.left_out += blocks.left_out;
        if self.limit.is_none() {
            return blocks.shown.concat();
        }
        for ((block, findings), urgency) in blocks.shown.into_iter().zip(blocks.findings).zip(blocks.urgency) {
            // It was rendered before others of this urgency were known.
            if self.limits()[urgency] == 0 {
                self.left_out += findings;
            } else {
                self.waiting[urgency].push((block, findings));
            }
        }
        String::new()
    }

    /// The blocks that have waited, and how many findings are in those that are not shown.
    pub fn finish(self) -> (String, usize) {
        let mut left = self.limit.unwrap_or_default();
        let (mut text, mut left_out) = (String::new(), self.left_out);
        for (block, findings) in self.waiting.into_iter().flatten() {
            if left == 0 {
                left_out += findings;
            } else {
                left -= 1;
                text.push_str(&block);
            }
        }
        (text, left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block of each of these urgencies, called by the file and its place in it.
    fn blocks(file: &str, urgency: &[usize]) -> Blocks {
        let shown = (0..urgency.len()).map(|at| format!("{file}{at} ")).collect();
        Blocks { shown, findings: vec![1; urgency.len()], urgency: urgency.to_vec(), left_out: 0 }
    }

    #[test]
    fn the_most_urgent_blocks_of_all_files_are_shown() {
        let mut human = Human::new(Style::default(), Some(3));
        assert_eq!(human.take(blocks("a", &[1, 1, 1, 1])), "");
        assert_eq!((human.limits()[0], human.limits()[1]), (3, 0));
        human.take(blocks("b", &[0, 2]));
        human.take(blocks("c", &[0]));
        assert_eq!(human.finish(), ("b0 c0 a0 ".to_owned(), 4));
    }

    #[test]
    fn where_all_are_shown_nothing_waits() {
        let mut human = Human::new(Style::default(), None);
        assert_eq!(human.take(blocks("a", &[1, 1])), "a0 a1 ");
        assert_eq!(human.finish(), (String::new(), 0));
    }
}
