//! Two of these work together: one is asked, and asks the other before it answers.
#![no_std]

use gstd::{ActorId, exec, msg, prelude::*, sync::Mutex};

/// Whom to ask, if anyone. Set by `init`.
static mut PARTNER: Option<ActorId> = None;
/// What was asked so far. Locked while the partner thinks, so that questions are answered in turn.
static ASKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What `init` is sent.
#[derive(Decode)]
#[codec(crate = gstd::codec)]
struct Init {
    partner: Option<ActorId>,
}

/// What `handle` is sent.
#[derive(Decode, Encode)]
#[codec(crate = gstd::codec)]
enum Question {
    /// Reply with the text in capitals; ask the partner first if there is one.
    Shout(String),
    /// Reply with how many questions there were.
    Count,
}

#[derive(Decode, Encode)]
#[codec(crate = gstd::codec)]
enum Answer {
    Shouted { text: String, by: Vec<ActorId> },
    Count(u32),
}

#[unsafe(no_mangle)]
extern "C" fn init() {
    let Init { partner } = msg::load().expect("Init");
    // SAFETY: programs have one thread, and this is written once.
    unsafe { PARTNER = partner };
}

async fn shout(text: String) -> Answer {
    let mut asked = ASKED.lock().await;
    asked.push(text.clone());
    // SAFETY: see `init`.
    let Some(partner) = (unsafe { PARTNER }) else {
        return Answer::Shouted { text: text.to_uppercase(), by: vec![exec::program_id()] };
    };
    let reply = msg::send_for_reply_as(partner, Question::Shout(text), 0, 0)
        .expect("sending")
        .await
        .expect("the partner's answer");
    match reply {
        Answer::Shouted { text, mut by } => {
            by.push(exec::program_id());
            Answer::Shouted { text: format!("{text}!"), by }
        }
        Answer::Count(_) => panic!("asked for something else"),
    }
}

#[gstd::async_main]
async fn main() {
    let answer = match msg::load().expect("Question") {
        Question::Shout(text) => shout(text).await,
        Question::Count => Answer::Count(ASKED.lock().await.len() as u32),
    };
    msg::reply(answer, 0).expect("reply");
}
