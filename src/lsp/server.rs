//! The main loop: every event in turn, and judging when it is due.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{Diagnostic, MessageType};
use serde_json::Value;

use super::client::{self, Client as Abilities, Settings};
use super::documents::{Document, Waiting};
use super::judge::{Analysis, judge};
use super::messages::{Client, Event, Judged};
use super::notifications::{FIRST_SETTINGS, SETTINGS};
use super::outbox::Outbox;
use super::parent;
use super::pool::Pool;
use super::requests::{self, Needs, answer_of_text, needs, unknown};
use super::transport::Frame;
use super::workspace::{Judging, Workspace};
use crate::rules::Catalogue;
use crate::waiver::date::Date;

/// How a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The client said `shutdown`, and then `exit` or nothing.
    Properly,
    /// The client left without a word.
    Abruptly,
    /// The connection broke, and why.
    Broken(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing was agreed on yet.
    New,
    Running,
    /// After `shutdown` nothing but `exit` is obeyed.
    ShutDown,
}

/// What is done without being asked, at the latest after this long: nothing ever waits.
const IDLE: Duration = Duration::from_hours(1);

/// All that the main loop owns.
pub struct Server {
    pub(super) client: Client,
    pub(super) abilities: Arc<Abilities>,
    pub(super) settings: Settings,
    pub(super) folders: Vec<PathBuf>,
    pub(super) documents: HashMap<String, Document>,
    pub(super) workspace: Arc<Workspace>,
    /// What is wrong with files that need not be open.
    pub(super) mistakes: HashMap<PathBuf, Vec<Diagnostic>>,
    /// Requests that are being worked out, each with what is set when nobody wants the answer any more.
    answering: HashMap<RequestId, Arc<AtomicBool>>,
    /// The settings that the client gave with `initialize`.
    initial: Value,
    events: SyncSender<Event>,
    pool: Pool,
    judging: Arc<Judging>,
    state: State,
    pub(super) revision: u64,
}

impl Server {
    /// Speaks through `outbox`; what is worked out elsewhere comes back through `events`.
    pub fn new(outbox: Outbox, events: SyncSender<Event>, judging: Arc<Judging>) -> Self {
        let settings = Settings::default();
        Self {
            client: Client::new(outbox),
            abilities: Arc::default(),
            workspace: Arc::new(Workspace::new(Vec::new(), settings.clone(), Arc::clone(&judging))),
            settings,
            folders: Vec::new(),
            documents: HashMap::new(),
            mistakes: HashMap::new(),
            answering: HashMap::new(),
            initial: Value::Null,
            events,
            pool: Pool::new(),
            judging,
            state: State::New,
            revision: 0,
        }
    }

    /// Serves until the client leaves.
    pub fn run(mut self, queue: &Receiver<Event>) -> Ended {
        loop {
            let now = Instant::now();
            let due = self.documents.values().filter_map(Document::due).min();
            let event = match due.map_or(IDLE, |due| due.saturating_duration_since(now)) {
                // What is due comes after what the client has said already: it may have changed the text again.
                Duration::ZERO => queue.try_recv().map_err(|_| RecvTimeoutError::Timeout),
                wait => queue.recv_timeout(wait),
            };
            match event {
                Ok(Event::Closed(None)) if self.state == State::ShutDown => return Ended::Properly,
                Ok(Event::Closed(None)) | Err(RecvTimeoutError::Disconnected) => return Ended::Abruptly,
                Ok(Event::Closed(Some(why))) => return Ended::Broken(why),
                Ok(Event::Frame(Frame::Message(Message::Notification(exit)))) if exit.method == "exit" => {
                    return if self.state == State::ShutDown { Ended::Properly } else { Ended::Abruptly };
                }
                Ok(event) => self.handle(event),
                Err(RecvTimeoutError::Timeout) => self.judge_what_is_due(),
            }
        }
    }

    /// The last wall: a fault in one message must not end the session.
    fn handle(&mut self, event: Event) {
        let id = match &event {
            Event::Frame(Frame::Message(Message::Request(request))) => Some(request.id.clone()),
            _ => None,
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| match event {
            Event::Frame(Frame::Message(Message::Request(request))) => self.request(request),
            Event::Frame(Frame::Message(Message::Notification(notification))) => self.notification(notification),
            Event::Frame(Frame::Message(Message::Response(response))) => self.response(response),
            Event::Frame(Frame::Malformed { code, message, id }) => {
                self.client.refuse(code, &message, &id);
                self.client.log(MessageType::ERROR, message);
            }
            Event::Judged(judged) => self.take(judged),
            Event::Answered(id, answer) => {
                if self.answering.remove(&id).is_some() {
                    self.client.answer(id, answer);
                }
            }
            Event::Closed(_) => {}
        }));
        if outcome.is_err() {
            self.client.log(MessageType::ERROR, FAULT);
            if let Some(id) = id {
                self.client.answer(id, Err((ErrorCode::InternalError, FAULT.to_owned())));
            }
        }
    }

    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let answer = match (self.state, method.as_str()) {
            (State::New, "initialize") => Ok(self.initialize(&params)),
            (State::New, _) => Err((ErrorCode::ServerNotInitialized, "initialize comes first".to_owned())),
            (State::ShutDown, _) => Err((ErrorCode::InvalidRequest, "the server was shut down".to_owned())),
            (State::Running, "initialize") => {
                Err((ErrorCode::InvalidRequest, "the server is initialized already".to_owned()))
            }
            (State::Running, "shutdown") => {
                self.shut_down();
                Ok(Value::Null)
            }
            (State::Running, _) => match needs(&method) {
                None => Err(unknown(&method)),
                Some(needs) => return self.about_document(needs, Waiting { id, method, parameters: params }),
            },
        };
        self.client.answer(id, answer);
    }

    fn initialize(&mut self, parameters: &Value) -> Value {
        self.abilities = Arc::new(Abilities::new(parameters));
        self.folders.clone_from(&self.abilities.folders);
        self.state = State::Running;
        self.initial = parameters.get("initializationOptions").cloned().unwrap_or_default();
        self.set(&Value::Null);
        // Whatever the settings are, the folders are known now.
        self.renew();
        let editor = parameters.get("processId").and_then(Value::as_i64);
        if let Some(editor) = editor.and_then(|id| i32::try_from(id).ok()) {
            let events = self.events.clone();
            parent::watch(editor, move || drop(events.send(Event::Closed(None))));
        }
        super::capabilities::of_server(self.abilities.encoding)
    }

    fn shut_down(&mut self) {
        self.state = State::ShutDown;
        for document in std::mem::take(&mut self.documents).into_values() {
            self.refuse(document.waiting, ErrorCode::RequestCanceled, "the server was shut down");
        }
    }

    /// Takes the editor's settings. Those that it does not name stay as `initialize` gave them: some editors say `{}`.
    pub(super) fn set(&mut self, settings: &Value) {
        let (settings, wrong) = Settings::new(&client::above(&self.initial, settings));
        for message in wrong {
            self.client.show(MessageType::WARNING, format!("podline: {message}"));
        }
        if self.settings != settings {
            self.settings = settings;
            self.renew();
        }
    }

    /// Forgets what was looked up in files, and judges every document again.
    pub(super) fn renew(&mut self) {
        let (folders, settings) = (self.folders.clone(), self.settings.clone());
        let (unsaved, judging) = (self.workspace.unsaved(), Arc::clone(&self.judging));
        self.workspace = Arc::new(Workspace::new(folders, settings, judging).with_unsaved(unsaved));
        // What is still wrong is found again.
        let gone = std::mem::take(&mut self.mistakes);
        for path in gone.into_keys() {
            self.publish_file(&path);
        }
        let now = Instant::now();
        for document in self.documents.values_mut() {
            self.revision += 1;
            document.outdate(self.revision);
            document.judge_now(now);
        }
    }

    /// A number that no other text has.
    pub(super) fn next_revision(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }

    /// Answers a request about a document, now or when it was judged.
    fn about_document(&mut self, needs: Needs, request: Waiting) {
        let uri = request.parameters.pointer("/textDocument/uri").and_then(Value::as_str).unwrap_or_default();
        let Some(document) = self.documents.get_mut(uri) else {
            let message = "this document is not open".to_owned();
            return self.client.answer(request.id, Err((ErrorCode::InvalidParams, message)));
        };
        if needs == Needs::Text {
            // What the text was judged by last has not changed while somebody types.
            let rules = document.analysis.as_ref().map_or(Catalogue::of_podline(), |analysis| analysis.rules());
            let answer = answer_of_text(&request.method, request.parameters, &document.now, rules, &self.abilities);
            return self.client.answer(request.id, answer);
        }
        if let Some(analysis) = document.current().map(Arc::clone) {
            self.work_out(request, analysis);
        } else {
            document.waiting.push(request);
            document.judge_quietly(Instant::now());
        }
    }

    /// Answers a request elsewhere: repairs of a long text take their time.
    pub(super) fn work_out(&mut self, request: Waiting, analysis: Arc<Analysis>) {
        let Waiting { id, method, parameters } = request;
        let cancelled = Arc::new(AtomicBool::new(false));
        self.answering.insert(id.clone(), Arc::clone(&cancelled));
        let (events, abilities) = (self.events.clone(), Arc::clone(&self.abilities));
        self.pool.run(move || {
            let work = AssertUnwindSafe(|| requests::answer(&method, parameters, &analysis, &abilities, &cancelled));
            let answer = catch_unwind(work);
            let answer = answer.unwrap_or_else(|_| Err((ErrorCode::InternalError, FAULT.to_owned())));
            drop(events.send(Event::Answered(id, answer)));
        });
    }

    /// Refuses requests that waited for something that will not come.
    pub(super) fn refuse(&self, waiting: Vec<Waiting>, code: ErrorCode, why: &str) {
        for request in waiting {
            self.client.answer(request.id, Err((code, why.to_owned())));
        }
    }

    /// A request that is not to be answered any more. One that was answered already is none.
    pub(super) fn cancel(&mut self, id: &RequestId) {
        let answering = self.answering.remove(id);
        let mut found = answering.is_some();
        if let Some(cancelled) = answering {
            cancelled.store(true, Ordering::Relaxed);
        }
        for document in self.documents.values_mut() {
            let before = document.waiting.len();
            document.waiting.retain(|request| request.id != *id);
            found |= document.waiting.len() < before;
        }
        if found {
            self.client.answer(id.clone(), Err((ErrorCode::RequestCanceled, "cancelled".to_owned())));
        }
    }

    fn judge_what_is_due(&mut self) {
        let now = Instant::now();
        // Waivers end on a day, and a server may run for many.
        if self.workspace.day() != Date::today() {
            self.renew();
        }
        for (uri, document) in &mut self.documents {
            if document.due().is_none_or(|due| due > now) {
                continue;
            }
            let (uri, workspace) = (uri.clone(), Arc::clone(&self.workspace));
            let (snapshot, abandoned) = document.begin();
            let (events, encoding) = (self.events.clone(), self.abilities.encoding);
            self.pool.run(move || {
                let start = Instant::now();
                let result = catch_unwind(AssertUnwindSafe(|| judge(snapshot, &workspace, encoding, &abandoned)));
                let result =
                    result.map_or_else(|_| Err(FAULT.to_owned()), |judged| judged.map_err(|error| error.to_string()));
                let result = result.map(Arc::new);
                drop(events.send(Event::Judged(Judged { uri, result, cost: start.elapsed() })));
            });
        }
    }

    fn notification(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        if self.state != State::Running {
            return;
        }
        if let Err(message) = self.notified(&method, params) {
            self.client.log(MessageType::WARNING, format!("{method}: {message}"));
        }
    }

    fn response(&mut self, response: Response) {
        // The only answers that are waited for.
        let is = |id: &str| response.id == RequestId::from(id.to_owned());
        let (changed, first) = (is(SETTINGS), is(FIRST_SETTINGS));
        let Ok(settings) = response.response_result else { return };
        let settings = settings.get(0).unwrap_or(&Value::Null);
        if changed || first && !settings.is_null() {
            self.set(settings);
        }
    }
}

/// What is said of a panic.
const FAULT: &str = "an internal error; podline goes on: please report it";
