//! The language server, by its protocol and in Neovim.

#[path = "../support/pod.rs"]
mod pod;
#[path = "../support/mod.rs"]
mod support;

mod lsp;
mod neovim;
