//! Balances and auctions: what each action does to them.

use crate::messages::*;
use gstd::{
    ActorId, ReservationId,
    collections::{BTreeMap, BTreeSet, VecDeque},
    exec, msg,
    prelude::*,
};

const MAX_TEXT: usize = 1024;
const MAX_EVENTS: usize = 64;
/// Gas for the message that ends an auction; gstd puts half of it aside for a signal.
const ENDING_GAS: u64 = 20_000_000_000;

#[derive(Default)]
pub struct House {
    balances: BTreeMap<ActorId, u128>,
    allowances: BTreeMap<(ActorId, ActorId), u128>,
    auctions: BTreeMap<u64, Auction>,
    by_tag: BTreeMap<String, BTreeSet<u64>>,
    events: VecDeque<(u32, Event)>,
    next: u64,
}

impl House {
    fn balance(&self, who: &ActorId) -> u128 {
        self.balances.get(who).copied().unwrap_or_default()
    }

    fn add(&mut self, who: ActorId, amount: u128) -> Result<(), Refusal> {
        let sum = self.balance(&who).checked_add(amount).ok_or(Refusal::Overflow)?;
        if sum != 0 {
            self.balances.insert(who, sum);
        }
        Ok(())
    }

    fn subtract(&mut self, who: ActorId, amount: u128) -> Result<(), Refusal> {
        let has = self.balance(&who);
        let rest = has.checked_sub(amount).ok_or(Refusal::NotEnough { has, needs: amount })?;
        if rest == 0 {
            self.balances.remove(&who);
        } else {
            self.balances.insert(who, rest);
        }
        Ok(())
    }

    fn transfer(&mut self, from: ActorId, to: ActorId, amount: u128) -> Outcome {
        self.subtract(from, amount)?;
        self.add(to, amount)?;
        Ok(Event::Transferred { from, to, amount })
    }

    fn transfer_from(
        &mut self,
        spender: ActorId,
        from: ActorId,
        to: ActorId,
        amount: u128,
    ) -> Outcome {
        let approved = self.allowances.get(&(from, spender)).copied().unwrap_or_default();
        let rest = approved
            .checked_sub(amount)
            .ok_or(Refusal::NotApproved { for_: approved, needs: amount })?;
        let event = self.transfer(from, to, amount)?;
        self.allowances.insert((from, spender), rest);
        Ok(event)
    }

    fn open_auction(&mut self, id: u64) -> Result<&mut Auction, Refusal> {
        let auction = self.auctions.get_mut(&id).ok_or(Refusal::NoSuchAuction(id))?;
        match auction.status {
            Status::Open => Ok(auction),
            status => Err(Refusal::Over(status)),
        }
    }

    fn open(
        &mut self,
        seller: ActorId,
        name: String,
        description: String,
        tags: Vec<String>,
        least: u128,
        blocks: u32,
    ) -> Outcome {
        let size = name.len() + description.len() + tags.iter().map(String::len).sum::<usize>();
        if size > MAX_TEXT {
            return Err(Refusal::TooLong { size: size as u64 });
        }
        let tags: BTreeSet<_> = tags.iter().map(|tag| tag.trim().to_lowercase()).collect();
        let id = self.next;
        self.next += 1;
        let until = exec::block_height().saturating_add(blocks);
        for tag in &tags {
            self.by_tag.entry(tag.clone()).or_default().insert(id);
        }
        let reservation = self.schedule_end(id, blocks)?;
        self.auctions.insert(
            id,
            Auction {
                seller,
                name,
                description,
                tags,
                least,
                until,
                status: Status::Open,
                bids: vec![],
                reservation: Some(reservation),
            },
        );
        Ok(Event::Opened { auction: id, seller, until })
    }

    fn schedule_end(&self, id: u64, blocks: u32) -> Result<ReservationId, Refusal> {
        let reservation = ReservationId::reserve(ENDING_GAS, blocks + 1)
            .map_err(|error| Refusal::Failed(format!("reserving gas: {error}")))?;
        let end = Action::End { auction: id };
        msg::send_delayed_from_reservation(reservation, exec::program_id(), end, 0, blocks)
            .map_err(|error| Refusal::Failed(format!("sending to itself: {error}")))?;
        Ok(reservation)
    }

    fn bid(&mut self, bidder: ActorId, id: u64, amount: u128) -> Outcome {
        let auction = self.open_auction(id)?;
        let before = auction.bids.last().cloned();
        let least = before.as_ref().map_or(auction.least, |bid| bid.amount + bid.amount / 20 + 1);
        if amount < least {
            return Err(Refusal::TooLow { least });
        }
        if bidder == auction.seller {
            return Err(Refusal::NotYours(bidder));
        }
        // The one who is outbid gets back what was taken, and may be the one who bids.
        let back = before.as_ref().filter(|bid| bid.bidder == bidder).map_or(0, |bid| bid.amount);
        let has = self.balance(&bidder).saturating_add(back);
        if has < amount {
            return Err(Refusal::NotEnough { has, needs: amount });
        }
        if let Some(bid) = before {
            self.add(bid.bidder, bid.amount)?;
        }
        self.subtract(bidder, amount)?;
        let bid = Bid { bidder, amount, block: exec::block_height(), message: msg::id() };
        self.open_auction(id)?.bids.push(bid);
        Ok(Event::Bidden { auction: id, bidder, amount })
    }

    fn cancel(&mut self, who: ActorId, id: u64) -> Outcome {
        let auction = self.open_auction(id)?;
        if who != auction.seller {
            return Err(Refusal::NotYours(auction.seller));
        }
        if !auction.bids.is_empty() {
            return Err(Refusal::HasBids(auction.bids.len() as u32));
        }
        auction.status = Status::Cancelled;
        Ok(Event::Cancelled { auction: id })
    }

    fn end(&mut self, id: u64) -> Outcome {
        let auction = self.open_auction(id)?;
        auction.reservation = None;
        let Some(Bid { bidder, amount, .. }) = auction.bids.last().cloned() else {
            auction.status = Status::NotSold;
            return Ok(Event::NotSold { auction: id });
        };
        auction.status = Status::Sold;
        let (seller, name) = (auction.seller, auction.name.clone());
        self.add(seller, amount)?;
        msg::send_bytes(bidder, format!("{name:?} is yours for {amount}"), 0)
            .map_err(|error| Refusal::Failed(format!("telling the buyer: {error}")))?;
        Ok(Event::Sold { auction: id, buyer: bidder, amount })
    }

    fn describe(&mut self, who: ActorId, id: u64, description: String) -> Outcome {
        let auction = self.open_auction(id)?;
        if who != auction.seller {
            return Err(Refusal::NotYours(auction.seller));
        }
        if description.len() > MAX_TEXT {
            return Err(Refusal::TooLong { size: description.len() as u64 });
        }
        auction.description = description;
        Ok(Event::Described { auction: id })
    }

    fn price(&self, id: u64) -> Option<u128> {
        let auction = self.auctions.get(&id)?;
        Some(auction.bids.last().map_or(auction.least, |bid| bid.amount))
    }

    pub fn note(&mut self, event: &Event) {
        if self.events.len() == MAX_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back((exec::block_height(), event.clone()));
    }

    pub fn act(&mut self, who: ActorId, action: Action) -> Outcome {
        match action {
            Action::Deposit => {
                let amount = msg::value();
                self.add(who, amount)?;
                Ok(Event::Deposited { who, amount })
            }
            Action::Withdraw { amount } => {
                self.subtract(who, amount)?;
                Ok(Event::Withdrawn { who, amount })
            }
            Action::Transfer { to, amount } => self.transfer(who, to, amount),
            Action::Approve { spender, amount } => {
                self.allowances.insert((who, spender), amount);
                Ok(Event::Approved { owner: who, spender, amount })
            }
            Action::TransferFrom { from, to, amount } => self.transfer_from(who, from, to, amount),
            Action::Open { name, description, tags, least, blocks } => {
                self.open(who, name, description, tags, least, blocks)
            }
            Action::Describe { auction, description } => self.describe(who, auction, description),
            Action::Bid { auction, amount } => self.bid(who, auction, amount),
            Action::Cancel { auction } => self.cancel(who, auction),
            Action::End { auction } if who == exec::program_id() => self.end(auction),
            Action::Price { auction } => Ok(Event::Price(self.price(auction))),
            other => Err(Refusal::Failed(format!("not done here: {other:?}"))),
        }
    }

    pub fn answer(&self, query: Query) -> Answer {
        match query {
            Query::Balance(who) => Answer::Balance(self.balance(&who)),
            Query::Balances => {
                Answer::Balances(self.balances.iter().map(|(a, b)| (*a, *b)).collect())
            }
            Query::Auction(id) => Answer::Auction(self.auctions.get(&id).cloned()),
            Query::Tagged(tag) => {
                let found = self.by_tag.get(&tag.to_lowercase()).into_iter().flatten();
                Answer::Auctions(found.filter_map(|id| Some((*id, self.price(*id)?))).collect())
            }
            Query::Best(count) => {
                let open = self.auctions.iter().filter(|(_, each)| each.status == Status::Open);
                let mut found: Vec<_> =
                    open.filter_map(|(id, _)| Some((*id, self.price(*id)?))).collect();
                found.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(&right.0)));
                found.truncate(count as usize);
                Answer::Auctions(found)
            }
            Query::Events => Answer::Events(self.events.iter().cloned().collect()),
            Query::Text(id) => Answer::Text(match self.auctions.get(&id) {
                None => format!("there is no auction {id}"),
                Some(auction) => format!("{auction:#?}"),
            }),
        }
    }
}
