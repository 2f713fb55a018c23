//! What the program is told and tells.

use gstd::{ActorId, CodeId, MessageId, ReservationId, collections::BTreeSet, prelude::*};

#[derive(Clone, Debug, Decode, Encode, PartialEq, Eq)]
#[codec(crate = gstd::codec)]
pub enum Action {
    /// The value of the message becomes the sender's balance.
    Deposit,
    /// Part of the balance becomes the value of the reply.
    Withdraw {
        amount: u128,
    },
    Transfer {
        to: ActorId,
        amount: u128,
    },
    Approve {
        spender: ActorId,
        amount: u128,
    },
    TransferFrom {
        from: ActorId,
        to: ActorId,
        amount: u128,
    },
    Open {
        name: String,
        description: String,
        tags: Vec<String>,
        least: u128,
        blocks: u32,
    },
    Describe {
        auction: u64,
        description: String,
    },
    Bid {
        auction: u64,
        amount: u128,
    },
    Cancel {
        auction: u64,
    },
    /// Sent by the program to itself.
    End {
        auction: u64,
    },
    /// Ask another program of this code for the price of one of its auctions, and bid that here.
    BidAsElsewhere {
        auction: u64,
        program: ActorId,
        other: u64,
    },
    /// Make another program of this code.
    Found {
        code: CodeId,
        salt: Vec<u8>,
    },
    Price {
        auction: u64,
    },
}

#[derive(Clone, Debug, Decode, Encode, PartialEq, Eq)]
#[codec(crate = gstd::codec)]
pub enum Event {
    Deposited { who: ActorId, amount: u128 },
    Withdrawn { who: ActorId, amount: u128 },
    Transferred { from: ActorId, to: ActorId, amount: u128 },
    Approved { owner: ActorId, spender: ActorId, amount: u128 },
    Opened { auction: u64, seller: ActorId, until: u32 },
    Described { auction: u64 },
    Bidden { auction: u64, bidder: ActorId, amount: u128 },
    Cancelled { auction: u64 },
    Sold { auction: u64, buyer: ActorId, amount: u128 },
    NotSold { auction: u64 },
    Founded { program: ActorId },
    Price(Option<u128>),
}

#[derive(Clone, Debug, Decode, Encode, PartialEq, Eq)]
#[codec(crate = gstd::codec)]
pub enum Refusal {
    NotEnough { has: u128, needs: u128 },
    NotApproved { for_: u128, needs: u128 },
    NoSuchAuction(u64),
    NotYours(ActorId),
    TooLow { least: u128 },
    TooLong { size: u64 },
    Over(Status),
    HasBids(u32),
    Overflow,
    Failed(String),
}

#[derive(Clone, Copy, Debug, Decode, Encode, PartialEq, Eq, PartialOrd, Ord)]
#[codec(crate = gstd::codec)]
pub enum Status {
    Open,
    Sold,
    NotSold,
    Cancelled,
}

#[derive(Clone, Debug, Decode, Encode)]
#[codec(crate = gstd::codec)]
pub struct Bid {
    pub bidder: ActorId,
    pub amount: u128,
    pub block: u32,
    pub message: MessageId,
}

#[derive(Clone, Debug, Decode, Encode)]
#[codec(crate = gstd::codec)]
pub struct Auction {
    pub seller: ActorId,
    pub name: String,
    pub description: String,
    pub tags: BTreeSet<String>,
    pub least: u128,
    pub until: u32,
    pub status: Status,
    pub bids: Vec<Bid>,
    pub reservation: Option<ReservationId>,
}

#[derive(Clone, Debug, Decode)]
#[codec(crate = gstd::codec)]
pub enum Query {
    Balance(ActorId),
    Balances,
    Auction(u64),
    Tagged(String),
    /// Of open auctions, the most valuable first.
    Best(u32),
    Events,
    Text(u64),
}

#[derive(Clone, Debug, Encode)]
#[codec(crate = gstd::codec)]
pub enum Answer {
    Balance(u128),
    Balances(Vec<(ActorId, u128)>),
    Auction(Option<Auction>),
    Auctions(Vec<(u64, u128)>),
    Events(Vec<(u32, Event)>),
    Text(String),
}

pub type Outcome = Result<Event, Refusal>;
