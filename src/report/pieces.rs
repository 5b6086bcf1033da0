//! Long texts that grow.

/// The first piece of a text has room for so many bytes, further ones for as many as stand before them, within limits.
const SMALLEST: usize = 1 << 10;
const LARGEST: usize = 1 << 20;

/// A text in pieces, so that a long one is not copied as it grows.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    pieces: Vec<String>,
    /// Of all of them, in bytes.
    length: usize,
}

impl Pieces {
    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Adds to the end.
    pub fn push(&mut self, text: &str) {
        let has_room = |piece: &&mut String| piece.capacity() - piece.len() >= text.len();
        if let Some(last) = self.pieces.last_mut().filter(has_room) {
            last.push_str(text);
        } else {
            let mut piece = String::with_capacity(text.len().max(self.length.clamp(SMALLEST, LARGEST)));
            piece.push_str(text);
            self.pieces.push(piece);
        }
        self.length += text.len();
    }

    /// Adds another text.
    pub fn extend(&mut self, other: &Self) {
        other.pieces.iter().for_each(|piece| self.push(piece));
    }

    /// The pieces, in order.
    pub fn into_vec(self) -> Vec<String> {
        self.pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_same_in_however_many_pieces() {
        let part = "x".repeat(SMALLEST / 3);
        let (mut all, mut some) = (Pieces::default(), Pieces::default());
        assert!(some.is_empty());
        (0..20).for_each(|_| some.push(&part));
        (0..3).for_each(|_| all.extend(&some));
        assert!(some.pieces.len() > 1 && all.pieces.len() > 1);
        assert_eq!(all.into_vec().concat(), part.repeat(60));
    }
}
