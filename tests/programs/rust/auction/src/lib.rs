//! Auctions of things described in words, paid for in a currency that the program itself keeps.
//!
//! Whoever sends value gets as much of the currency, and can have it back. An auction ends by a
//! message that the program sends to itself with a delay, on gas that its seller reserves. Everything
//! is in ordered maps, texts and vectors, as programs of users are.
#![no_std]

mod house;
mod messages;

use gstd::{ActorId, msg, prelude::*, prog};
use house::House;
use messages::*;

static mut HOUSE: Option<House> = None;

fn house() -> &'static mut House {
    // SAFETY: programs have one thread, and nobody keeps this while awaiting.
    unsafe { (*(&raw mut HOUSE)).get_or_insert_default() }
}

async fn price_elsewhere(program: ActorId, auction: u64) -> Result<u128, Refusal> {
    let failed = |error: String| Refusal::Failed(format!("asking {program:?}: {error}"));
    let answer: Outcome = msg::send_for_reply_as(program, Action::Price { auction }, 0, 0)
        .map_err(|error| failed(error.to_string()))?
        .up_to(Some(20))
        .map_err(|error| failed(error.to_string()))?
        .await
        .map_err(|error| failed(error.to_string()))?;
    match answer? {
        Event::Price(Some(price)) => Ok(price),
        Event::Price(None) => Err(Refusal::NoSuchAuction(auction)),
        other => Err(failed(format!("{other:?}"))),
    }
}

async fn process(who: ActorId, action: Action) -> Outcome {
    let mut value = 0;
    let action = match action {
        Action::BidAsElsewhere { auction, program, other } => {
            Action::Bid { auction, amount: price_elsewhere(program, other).await? }
        }
        Action::Found { code, salt } => {
            let (_, program) = prog::create_program_bytes(code, salt, b"", 0)
                .map_err(|error| Refusal::Failed(error.to_string()))?;
            return Ok(Event::Founded { program });
        }
        other => other,
    };
    let event = house().act(who, action)?;
    house().note(&event);
    if let Event::Withdrawn { amount, .. } = event {
        value = amount;
    }
    msg::reply(Outcome::Ok(event.clone()), value)
        .map_err(|error| Refusal::Failed(error.to_string()))?;
    Ok(event)
}

#[unsafe(no_mangle)]
extern "C" fn init() {}

#[gstd::async_main]
async fn main() {
    let action = msg::load().expect("an action");
    match process(msg::source(), action).await {
        Ok(Event::Founded { program }) => {
            msg::reply(Outcome::Ok(Event::Founded { program }), 0).expect("reply");
        }
        Ok(_) => {}
        Err(refusal) => {
            msg::reply(Outcome::Err(refusal), msg::value()).expect("reply");
        }
    }
}

#[unsafe(no_mangle)]
extern "C" fn state() {
    let query: Query = msg::load().expect("a query");
    msg::reply(house().answer(query), 0).expect("reply");
}
