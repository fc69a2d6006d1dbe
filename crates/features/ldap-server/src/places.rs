//! The places of open connections. A new one takes that of the oldest connection without a bind, so that clients that
//! connect and wait keep no other away.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::IpAddr;
use std::rc::Rc;

use tokio::sync::Notify;

#[derive(Debug)]
pub struct Places {
    open: Rc<RefCell<Open>>,
    all: usize,
    each: usize,
}

#[derive(Debug, Default)]
struct Open {
    count: usize,
    by_address: HashMap<IpAddr, usize>,
    /// Those without a bind, the oldest first.
    unbound: Vec<Rc<Seat>>,
}

#[derive(Debug)]
struct Seat {
    address: IpAddr,
    is_free: Cell<bool>,
    freed: Notify,
}

/// A connection among the open ones, until it is dropped.
#[derive(Debug)]
pub struct Place {
    open: Rc<RefCell<Open>>,
    seat: Rc<Seat>,
}

impl Open {
    fn free(&mut self, seat: &Rc<Seat>) {
        if seat.is_free.replace(true) {
            return;
        }
        self.keep(seat);
        self.count -= 1;
        match self.by_address.get_mut(&seat.address) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                self.by_address.remove(&seat.address);
            }
        }
    }

    /// Keeps a connection whose client has bound.
    fn keep(&mut self, seat: &Rc<Seat>) {
        self.unbound.retain(|other| !Rc::ptr_eq(other, seat));
    }
}

impl Places {
    /// Limits the connections in all, and of each address.
    pub fn new(all: usize, each: usize) -> Self {
        let open = Rc::default();
        Self { open, all, each }
    }

    pub fn count(&self) -> usize {
        self.open.borrow().count
    }

    /// Returns a place for a connection; `None` if all that it could take belong to clients that have bound.
    pub fn take(&self, address: IpAddr) -> Option<Place> {
        let mut open = self.open.borrow_mut();
        let own = open.by_address.get(&address).copied().unwrap_or_default();
        let is_own_full = own >= self.each;
        if is_own_full || open.count >= self.all {
            let mut unbound = open.unbound.iter();
            let oldest = unbound.find(|seat| !is_own_full || seat.address == address);
            let oldest = Rc::clone(oldest?);
            open.free(&oldest);
            oldest.freed.notify_one();
        }
        let seat = Rc::new(Seat {
            address,
            is_free: Cell::new(false),
            freed: Notify::new(),
        });
        open.count += 1;
        *open.by_address.entry(address).or_default() += 1;
        open.unbound.push(Rc::clone(&seat));
        let open = Rc::clone(&self.open);
        Some(Place { open, seat })
    }
}

impl Place {
    pub fn address(&self) -> IpAddr {
        self.seat.address
    }

    /// Keeps the place until the connection ends: its client has bound.
    pub fn keep(&self) {
        self.open.borrow_mut().keep(&self.seat);
    }

    /// Waits until another connection has taken the place.
    pub async fn taken(&self) {
        self.seat.freed.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.borrow_mut().free(&self.seat);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const ONE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const OTHER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    async fn is_taken(place: &Place) -> bool {
        let wait = tokio::time::timeout(Duration::from_millis(1), place.taken());
        wait.await.is_ok()
    }

    #[tokio::test]
    async fn new_connection_takes_place_of_oldest_without_bind() {
        let places = Places::new(3, 2);
        let first = places.take(ONE).unwrap();
        let second = places.take(ONE).unwrap();
        let third = places.take(ONE).unwrap();
        assert!(is_taken(&first).await && !is_taken(&second).await);
        let fourth = places.take(OTHER).unwrap();
        let fifth = places.take(OTHER).unwrap();
        assert!(is_taken(&second).await && !is_taken(&third).await);
        assert_eq!(places.count(), 3);
        drop((first, second, third, fourth, fifth));
        assert_eq!(places.count(), 0);
        assert!(places.open.borrow().by_address.is_empty());
        assert!(places.open.borrow().unbound.is_empty());
    }

    #[tokio::test]
    async fn bound_connection_keeps_place() {
        let places = Places::new(3, 2);
        let bound = [places.take(ONE).unwrap(), places.take(ONE).unwrap()];
        bound.iter().for_each(Place::keep);
        assert!(places.take(ONE).is_none());
        let other = places.take(OTHER).unwrap();
        let last = places.take(OTHER).unwrap();
        assert!(is_taken(&other).await);
        assert!(!is_taken(&bound[0]).await && !is_taken(&bound[1]).await);
        last.keep();
        assert!(places.take(OTHER).is_none());
        drop(bound);
        assert!(places.take(ONE).is_some());
    }
}
