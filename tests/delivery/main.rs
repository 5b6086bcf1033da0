//! What podline is delivered with: the Action, workflows, recipes, the book, and the HTML page in a browser.

#[path = "../support/mod.rs"]
mod support;

mod action;
mod book;
mod browser;
mod recipes;
mod workflows;
