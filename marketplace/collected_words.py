"""Written by `manage.py collect_words`: prose without gettext, for `makemessages` to find."""

# ruff: noqa: E501
from django.utils.translation import gettext_noop as _

WORDS = (
    _("First come, first served"),
    _("first come"),
    _("The first worker who claims a place gets it, at the pay you set."),
    _("Free slots go to the earliest eligible claims, at the posted pay."),
    _(
        "Workers on standby when the task is posted come before the first claim, longest wait first: the case gives them the lowest `received`. Also called FCFS or FIFO."
    ),
    _(
        "Source: the claim rule of Amazon Mechanical Turk; A. K. Erlang 1917 for its waiting times. Fast connections and claim bots tend to win; people who are busy or offline tend to lose."
    ),
    _("People who are online all day, have a fast connection or use a claim bot."),
    _("People who look between other duties, use a phone, or live in another time zone."),
    _("Standby queue"),
    _(
        "Workers line up before there is work. Whoever has waited longest gets your task, at the pay you set."
    ),
    _("Free slots go to the workers on standby, longest wait first, at the posted pay."),
    _(
        "Joining the queue is saying yes beforehand; whoever is not served keeps the place in line. `received` is the place in the queue. Also called a taxi rank or hiring hall."
    ),
    _(
        "Source: taxi ranks and dockers' hiring halls; A. K. Erlang 1917 for its waiting times. People who can stay on standby tend to win; people who can wait only briefly tend to lose."
    ),
    _("People who can stay on standby for long."),
    _("People who can be there only briefly: their wait starts again each time."),
    _("Lottery"),
    _(
        "Everybody who enters before closing has the same chance, at the pay you set. Being fast does not help, so claim bots do not help either."
    ),
    _("At closing, each entry draws a number from the committed seed; the lowest draws win."),
    _(
        "A draw is keyed by the order of arrival, so being fast wins nothing and nobody's id matters. Also called a random window or random serial order."
    ),
    _(
        "Source: random serial order (Abdulkadiroglu and Sonmez 1998), as against claim bots. Slow and busy people gain what claim bots lose; long experience and quality count for nothing."
    ),
    _("People who cannot watch the site all day."),
    _("Fast claimers and bots; also people with rare skills, which count for nothing."),
    _("Sealed bids, lowest wins"),
    _("auction"),
    _(
        "Workers name a price that nobody else sees. At closing the lowest wins and is paid the price it named."
    ),
    _("At closing, the lowest bids between floor and budget win; each is paid its own ask."),
    _(
        "Of two equal bids the earlier received wins. Also called a first-price reverse auction or pay-as-bid tender."
    ),
    _(
        "Source: Vickrey 1961; with n costs drawn from U[0,1] the expected price is 2/(n+1). Workers with low costs who guess their rivals well tend to win; careful newcomers tend to lose."
    ),
    _("Workers with low costs, or who are used to guessing what others ask."),
    _("Newcomers who ask their real cost plus a fair margin, and so guess too high."),
    _("Sealed bids, honest price"),
    _(
        "Workers name a price that nobody else sees. The lowest wins and is paid the next lowest price, so nobody gains by asking more or less than the work costs them."
    ),
    _(
        "At closing, the lowest bids between floor and budget win; each is paid the lowest losing bid."
    ),
    _(
        "Without a losing bid the pay is the budget, so asking one's real cost is never a mistake. Of two equal bids the earlier received wins. Also called a Vickrey auction."
    ),
    _(
        "Source: Vickrey 1961; with n costs drawn from U[0,1] the expected price is 2/(n+1). Workers with low costs tend to win, and honest bidding costs them nothing; workers with high costs tend to lose."
    ),
    _("Workers with low costs, also when they know nothing about their rivals."),
    _("Workers with high costs; clients with few bidders, who pay up to the budget."),
    _("Open bidding, lowest wins"),
    _(
        "Workers see each other's prices, not names, and may go lower until closing. The lowest wins and is paid that price. A late bid gives the others time to answer."
    ),
    _("At closing, the lowest standing bids win and are paid what they asked."),
    _(
        "Everybody sees the standing bids and may go lower until closing. Of two equal bids the earlier received wins. Also called a reverse English auction."
    ),
    _(
        "Source: Cassady 1967; Roth and Ockenfels 2002 for the soft close against last-second bids. Workers who can follow the bidding tend to win; workers who bid once and leave tend to lose."
    ),
    _("Workers with low costs who can follow the bidding until the end."),
    _("Workers who bid once and go back to work."),
    _("A new bid must be lower by at least this."),
    _("cents"),
    _("Every bid leaves at least this long to answer it."),
    _("seconds"),
    _("Best value for money"),
    _(
        "Workers name a price that nobody else sees. Price, ratings and skills count by weights that everybody can read; the best sum wins and is paid its price."
    ),
    _(
        "At closing, the bids with the highest weighted sum of price and quality win, paid as asked."
    ),
    _(
        "The price factor is (budget - ask) / (budget - floor): it depends on one's own bid only, so no rival's bid can swap two others. Equal scores: the earlier received. Also called a scoring auction or most economically advantageous tender."
    ),
    _(
        "Source: Che 1993; EU Directive 2014/24, article 67. Well-rated workers with moderate prices tend to win; newcomers without ratings must ask less to win."
    ),
    _("Well-rated workers who ask a moderate price."),
    _("Newcomers: without ratings they must ask less to win."),
    _("Weight of how far your bid is below the budget (1 is the wage floor)."),
    _("Weight of the ratings of your earlier work."),
    _("Weight of how well your skills fit what the task asks for."),
    _("One price for all places"),
    _(
        "Workers bid for several places, unseen by others. The lowest bids win and everybody who wins is paid the same price."
    ),
    _("At closing, the lowest bids win the k free slots and all get one price."),
    _(
        "The price is the lowest losing bid (the budget when there is none), or the highest winning bid where the version says so. Of two equal bids the earlier received wins."
    ),
    _(
        "Source: Vickrey 1961 and Krishna chapter 12; with n costs from U[0,1] the lowest losing bid is (k+1)/(n+1) on average. Nobody is paid less than a colleague for the same work; workers with high costs tend to lose."
    ),
    _("Workers with low costs, who are paid more than they asked."),
    _("Workers whose costs are above the common price."),
    _("0: the lowest losing bid; 1: the highest winning bid."),
    _("The client chooses"),
    _(
        "Workers name a price. You see them ranked by weights that everybody can read, and pick whom you like."
    ),
    _(
        "The bids are ranked by published weights; whom the client picks gets a slot, paid as asked."
    ),
    _(
        "The first few are shortlisted. The order advises and bars nobody: the client may pick any eligible bid. A worker who named no price is paid the posted pay. Also called curated hiring."
    ),
    _(
        "Source: the hiring pages of Elance and oDesk; Horton 2017 on what recommendations do there. Workers at the top of the list and well-known ones tend to win; newcomers tend to lose."
    ),
    _("Workers at the top of the list, and workers the client knows."),
    _("Newcomers without ratings, and anybody the client has a prejudice against."),
    _("How many of the best-ranked are on the shortlist."),
    _("workers"),
    _("Scored offers"),
    _("scored"),
    _(
        "The engine asks the best-matching worker first, at the pay you set. Whoever says no or waits too long is skipped, and the next is asked."
    ),
    _(
        "As many of the best-scoring workers as there are free slots get an offer with a time limit."
    ),
    _(
        "Whoever declines or lets it pass is skipped on this task and loses nothing anywhere else; the next best is asked. Equal scores: the longer on the list first. Also called dispatch."
    ),
    _(
        "Source: Grubhub's published dispatch instances (Reyes et al. 2018) for offers in score order. Near, well-rated workers tend to win; newcomers without ratings and people at the edge of town tend to lose."
    ),
    _("Workers close by with many good ratings."),
    _("Newcomers without ratings, and people who live far from where tasks are."),
    _("Weight of how near you are to the task (1 is next door)."),
    _("Weight of how long ago you last got work."),
    _("How long a worker may think about an offer."),
    _("Best match for all tasks together"),
    _(
        "Tasks of the same moment are matched with workers in one go, so that all of them together fit best. Each worker is asked, at the pay you set."
    ),
    _("A window with one task in it; see `decide_window`."),
    _(
        "The workers with the highest scores are offered the free slots, at the posted pay. Source and who tends to win or lose: see `decide_window`."
    ),
    _("Workers whose strengths are rare among those available."),
    _("Workers who are second best everywhere."),
    _("How long tasks are gathered before matching."),
    _("In turn"),
    _(
        "The engine asks whoever got work longest ago, at the pay you set, so that work is shared out evenly."
    ),
    _("The workers who got work longest ago are offered the free slots, at the posted pay."),
    _(
        "The feature `waiting` is 1 for who never got work yet; otherwise the time since the last award divided by the longest such time in the case. Equal: the earlier received. Also called least recently served or a fair rota."
    ),
    _(
        "Source: round robin scheduling (Kleinrock 1976) and hiring-hall rotation lists. Everybody available gets about the same number of tasks; whoever was quickest or best rated under another rule loses that lead."
    ),
    _("Newcomers and people who had little work."),
    _("People who would win on ratings or speed and could fill all their hours."),
    _("Contest"),
    _(
        "Several workers hand in their work and you pick the winner of the prize. You say beforehand whether the prize is guaranteed and what the others get."
    ),
    _("After closing the client picks the winners of the prize among those who handed in work."),
    _(
        "If the client picks nobody in time, a guaranteed prize is shared equally among the entrants; a consolation fee, where set, goes to the earliest entrants who do not win. Also called a crowdsourcing tournament or all-pay auction."
    ),
    _(
        "Source: Moldovanu and Sela 2001; with n skills v from U[0,1] and one prize, effort is (n-1)/n v^n. The very skilled tend to win; everybody else tends to work without pay."
    ),
    _("The very skilled, and clients who get many tries for one prize."),
    _("Everybody else: most entrants work without pay unless a fee is set."),
    _("1: if the client picks nobody, the entrants share the prize."),
    _("What an entrant who does not win is paid."),
    _("How many entrants, earliest first, can get it."),
    _("How long the client has to pick."),
    _("You got this task (slot {slot}) for {pay}."),
    _("You are asked for this task (slot {slot}) for {pay}."),
    _("You are on the client's list. The client chooses."),
    _("The client chose you: slot {slot}, for {pay}."),
    _("Your number was drawn: slot {slot}, for {pay}. The chance was {chance}."),
    _(
        "Your number was not drawn. The chance was {chance}, your draw {draw}; the lowest numbers won."
    ),
    _("You could not take part in this task."),
    _("You were asked and said no. That lowers no score."),
    _("You were asked and the time to answer ran out. That lowers no score."),
    _("Nothing is decided yet. The decision falls at closing."),
    _("Nobody got this task: its pay is below the wage floor."),
    _("You named no price."),
    _("All places were taken."),
    _("This task was closed before anybody could be asked."),
    _("The client chose somebody else."),
    _("The client chose nobody in time."),
    _("Others were before you."),
    _(
        "You were not asked for this task, although your score was high enough: all tasks of that moment were matched together, and this was the best total."
    ),
    _("Lower bids, or equal bids that came earlier, filled the places. You asked {ask}."),
    _("Others had a higher score, or the same score and came earlier."),
    _("With a bid of {ask} or less, {end}."),
    _("With a bid of {ask}, the wage floor, {end}."),
    _("Had you come {time} earlier, {end}."),
    _("With {feature} at {value} or more, {end}."),
    _("With every condition met, {end}."),
    _("Had you said yes in time, {end}."),
    _("you would have got the task"),
    _("you would have been asked"),
    _("you would be on the client's list"),
    _("a condition of the task"),
    _("your age"),
    _("the limit of your work status"),
    _("how long ago you last got work"),
    _("the draw"),
    _("the client's choice"),
    _("the other tasks of that moment"),
    _("what the others did"),
    _("skill match"),
    _("distance"),
    _("reputation"),
    _("waiting"),
    _("price"),
    _("how well your skills fit what the task asks for"),
    _("how near you are to the task (1 is next door)"),
    _("the ratings of your earlier work"),
    _("how far your bid is below the budget (1 is the wage floor)"),
    _("You have not chosen yet."),
    _("The pay is below the wage floor, so nobody may be given this task."),
    _("The decision falls at closing."),
    _("Nobody came forward."),
    _("Nobody who came forward was eligible."),
    _("Everybody who was eligible and asked said no or let the time pass."),
    _("Nobody was chosen."),
    _("There were fewer eligible workers than places."),
    _("Slot {slots} of {slots} was taken {time} before your claim."),
    _("The last place went to somebody who came {time} before you."),
    _("{n} s"),
    _("{n} min"),
    _("{n} h"),
    _("{n} days"),
    _("You are paid {consolation} for taking part."),
    _("You were number {rank} of {ranked}."),
    _("You were number {rank} of {ranked}, with a score of {score}."),
    _("Your score equalled the lowest that was enough; the earlier came first."),
    _("A score higher by {amount} was enough."),
    _("This holds if the others had done the same as they did."),
    _("You could {remedy}."),
    _("You cannot change {things}."),
    _("{first} or {last}"),
    _("score"),
    _("above {low} up to {high}"),
    _("{candidates} came forward, {eligible} of them eligible."),
    _("{declined} said no or let the time pass."),
    _("{given} places given."),
    _("{open} open: {reason}"),
    _("The task asks for a skill that is not on your profile."),
    _("The task asks for a language that is not on your profile."),
    _("The task is outside the area where you work."),
    _("The task has a minimum age that you have not reached."),
    _("The task asks for a qualification that you have not shown."),
    _("The task asks for proof of insurance."),
    _("A limit on hours or income of your work status was reached."),
    _("You already hold this task, or an offer for it is open."),
    _("You cannot work on a task that you posted yourself."),
    _("You already hold as many tasks as you may at one time."),
    _("No price was named."),
    _("Your bid was below the wage floor."),
    _("Your bid was above the budget."),
    _("add the skill to your profile"),
    _("add the language to your profile"),
    _("widen the area where you work"),
    _("take the qualification"),
    _("upload proof of insurance"),
    _("finish or return a task first"),
    _("This offer has expired or was answered already."),
    _("Your bid is above what this task allows now."),
    _("Your bid is below the lowest price that this task allows."),
    _("Bidding on this task has closed."),
    _("You cannot take part in this task."),
    _("There is no free task left in this batch that you can do."),
    _("This task is not given out that way."),
    _("You can only choose among the workers who took part and are eligible."),
    _("There is no mechanism with this name."),
    _("These parameters cannot be used."),
    _("This date is too soon: people need notice before a mechanism they work under changes."),
    _("Say why the mechanism changes: everybody it concerns can read the reason."),
    _("A mechanism is changed by a named operator."),
    _("Whoever won had found other work meanwhile. Please try again."),
    _("This work is not in your hands any more."),
    _("Somebody else holds this slot now."),
    _("This worker has as much work in hand as they can have at once."),
    _("The closing time and the deadline have to be in the future."),
    _("This task is not open any more."),
    _("Say what was wrong: the worker has a right to a reason they can answer."),
    _("There is no submission here that waits for a verdict."),
    _("There is nothing in what you want to hand in."),
    _("The deadline for this work has passed."),
    _("Play money comes in portions of at most 10,000.00."),
    _("There is not enough play money in the wallet for this. Deposit some first."),
    _("deposit"),
    _("into escrow"),
    _("payout"),
    _("fee"),
    _("refund"),
    _("runs a bookshop and posts tasks"),
    _("rides a bicycle and fixes things"),
    _("translates, writes and draws"),
    _("runs this market and inspects every decision"),
    _("Delivery by bicycle"),
    _("Graphic design"),
    _("Driving licence B"),
    _("Dutch"),
    _("French"),
    _("Handy at home"),
    _("Photography"),
    _("Transcription"),
    _("Tutoring"),
    _("Writing"),
)
