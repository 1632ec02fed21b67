"""Which tasks are held for a person to look at before they go on the board, and by which rule.

Five kinds of work are held: bulk account creation, spam, CAPTCHA solving, fake reviews and harvesting
personal data. A rule looks at one sentence at a time. It holds a task when a sentence says the act and
the thing, and nothing that makes it harmless. The words are English, Dutch and French.

A rule cannot understand a text. It is tuned to let honest work through and to ask a person when in
doubt; the measured mistakes are in docs/screening.md.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """`says` must all be found in one sentence; `unless` lets the sentence go. `sentence` is what the
    client reads."""

    slug: str
    sentence: str
    says: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str]


def words(*patterns: str) -> re.Pattern[str]:
    """Any of these, at the start of a word."""
    return re.compile(r"\b(?:" + "|".join(patterns) + ")")


MAKING = words(
    r"creat(?:e|ing)\b", r"mak(?:e|ing)\b", r"register", r"open(?:ing)?\b", r"sign(?:ing)? up", r"set up",
    r"maak", r"maken", r"aanmak", r"aan te maken", r"registreer", r"schrijf .{0,40}\bin\b",
    r"cre(?:e|ez|er)\b", r"ouvr(?:e|ez|ir)\b", r"inscri(?:s|vez|re)\b", r"enregistr",
)  # fmt: skip
MANY = words(
    r"[2-9]\b", r"\d[\d.,' ]*\d", r"many", r"multiple", r"several", r"dozens", r"hundreds", r"thousands",
    r"bulk", r"fake", r"false", r"as many", r"veel", r"zoveel", r"meerdere", r"tientallen", r"honderden",
    r"duizenden", r"nep", r"valse", r"plusieurs", r"beaucoup", r"dizaines", r"centaines", r"milliers",
    r"faux", r"fausses", r"en masse", r"massa",
)  # fmt: skip
ACCOUNTS = words(
    r"(?:\w+[ -])?accounts?\b", r"accounts?\b", r"mailbox", r"(?:user |fake )?profiles?\b", r"nepprofielen",
    r"nepaccounts?", r"\w*accounts?\b", r"mailboxen", r"comptes?\b", r"profielen", r"faux profils?",
    r"boites? mail", r"gebruikers\b",
)  # fmt: skip
SENDING = words(
    r"send", r"post(?:ing)?\b", r"spread", r"drop", r"leave", r"mail\b", r"message\b", r"spam\b", r"comment",
    r"(?:ver)?stuur", r"versturen", r"verspreid", r"plaats", r"reageer", r"envoy", r"publi(?:e|ez|er)\b",
    r"diffus", r"post(?:ez|er)\b", r"laiss(?:e|ez|er)\b", r"commente",
)  # fmt: skip
ADVERTISING = words(
    r"our (?:\w+ )?links?\b", r"(?:this|the|a|my) (?:\w+ )?link\b", r"advert", r"promo", r"unsolicited",
    r"offer\b", r"ads\b", r"onze (?:\w+ )?link", r"(?:deze|de|een|mijn) link", r"reclame", r"aanbieding",
    r"ongevraagd", r"notre (?:\w+ )?lien", r"(?:ce|le|un|mon) lien", r"publicit", r"promotion", r"non sollicit",
    r"spam\b",
)  # fmt: skip
STRANGERS = words(
    r"\d[\d.,' ]*\d+ (?:\w+ )?(?:people|strangers|addresses|e-?mails?|messages|forums?|blogs?|groups|sites|numbers|inbox)",
    r"as many (?:\w+ )?(?:people|forums|blogs|groups|sites)", r"(?:everyone|everybody|strangers) (?:on|in)",
    r"\d[\d.,' ]*\d+ (?:\w+ )?(?:mensen|onbekenden|adressen|e-?mails?|berichten|fora|forums|blogs?|groepen|sites|nummers)",
    r"zoveel mogelijk (?:\w+ )?(?:mensen|fora|forums|blogs|groepen|sites)", r"aan onbekenden", r"onder \d+ ",
    r"\d[\d.,' ]*\d+ (?:\w+ )?(?:personnes|inconnus|adresses|e-?mails?|courriels|messages|forums?|blogs?|groupes|sites|numeros)",
    r"(?:le )?plus (?:grand nombre )?(?:de|possible de) (?:\w+ )?(?:forums|blogs|groupes|sites)", r"des inconnus",
)  # fmt: skip
SOLVING = words(
    r"solv", r"typ(?:e|ing)\b", r"enter", r"break", r"bypass", r"answer", r"crack", r"get(?:ting)? past",
    r"los\b", r"oplossen", r"op te lossen", r"typ\b", r"tik", r"omzeil", r"kraak", r"vul",
    r"resou(?:s|dre|dez)", r"resolv", r"tap(?:e|ez|er)\b", r"contourn", r"recopi", r"saisi",
)  # fmt: skip
CAPTCHAS = words(
    r"re-?captchas?",
    r"h?captchas?",
    r"(?:i am not|i'm not) a robot",
    r"ik ben geen robot",
    r"je ne suis pas un robot",
)
WRITING = words(
    r"writ(?:e|ing)\b", r"post(?:ing)?\b", r"leav(?:e|ing)\b", r"giv(?:e|ing)\b", r"plac(?:e|ing)\b", r"add(?:ing)?\b",
    r"rate us", r"schrijf", r"schrijven", r"plaats", r"laat", r"geef", r"geven", r"zet",
    r"ecri(?:s|re|vez)\b", r"redig", r"publi(?:e|ez|er)\b", r"laiss(?:e|ez|er)\b", r"donn(?:e|ez|er)\b", r"mett(?:re|ez)\b", r"post(?:ez|er)\b",
)  # fmt: skip
REVIEWS = words(
    r"reviews?\b", r"(?:\w*)recensies?\b", r"ratings?\b", r"testimonials?\b", r"beoordeling", r"\w*beoordelingen",
    r"avis\b", r"(?:five|5)[ -]?stars?\b", r"stars? on", r"(?:vijf|5)[ -]?sterren", r"(?:cinq|5)[ -]?etoiles",
    r"temoignages?", r"neprecensies", r"commentaires? positifs?",
)  # fmt: skip
BOUGHT_PRAISE = words(
    r"fake", r"(?:five|5)[ -]?stars?\b", r"positive\b", r"glowing", r"negative\b", r"bad reviews?", r"without (?:having )?(?:buy|visit|us|try|eat)\w*",
    r"(?:as if|pretend)", r"never (?:been|bought|used|tried)", r"nep", r"valse", r"(?:vijf|5)[ -]?sterren", r"positieve", r"lovende",
    r"negatieve", r"zonder (?:het |ze |er )?(?:te )?(?:kopen|gekocht|gebruik\w*|proberen|geweest)", r"alsof", r"faux\b", r"fausses?",
    r"(?:cinq|5)[ -]?etoiles", r"positifs?\b", r"elogieux", r"negatifs?\b", r"sans (?:l')?avoir (?:achet|essay|visit)\w*", r"comme si",
)  # fmt: skip
COLLECTING = words(
    r"collect", r"harvest", r"scrap", r"gather", r"copy", r"extract", r"find", r"look up", r"list\b", r"get\b", r"download",
    r"verzamel", r"zoek", r"kopieer", r"schraap", r"haal", r"noteer", r"oogst", r"achterhaal",
    r"collecte", r"rassembl", r"recolt", r"copi(?:e|ez|er)\b", r"extra(?:is|yez|ire)\b", r"trouv", r"recuper", r"relev", r"aspir",
)  # fmt: skip
CONTACTS = words(
    r"e-?mail(?:s|adressen)?\b", r"e-?mail addresses", r"(?:tele)?phone numbers?", r"mobile numbers?", r"home address", r"private address",
    r"personal (?:data|details|information)", r"dates? of birth", r"birthdays?", r"telefoonnummers?", r"06-nummers?", r"gsm-nummers?",
    r"thuisadres", r"huisadres", r"woonadres", r"prive-?adres", r"persoonsgegevens", r"persoonlijke gegevens", r"geboortedat",
    r"adresses? e-?mails?", r"adresses? mails?", r"courriels?", r"numeros? de (?:telephone|portable|gsm)", r"adresses? privees?",
    r"domiciles?", r"donnees personnelles", r"dates? de naissance",
)  # fmt: skip
PERSONS = words(
    r"people", r"persons?\b", r"users?\b", r"members?\b", r"followers?", r"profiles?\b", r"private persons", r"individuals", r"students?\b",
    r"customers of", r"strangers", r"neighbou?rs", r"facebook", r"linkedin", r"instagram", r"tiktok", r"whatsapp",
    r"mensen", r"personen", r"gebruikers", r"leden\b", r"volgers", r"profielen", r"particulieren", r"studenten", r"buren", r"leerlingen",
    r"personnes", r"utilisateurs", r"membres", r"abonnes", r"profils", r"particuliers", r"etudiants", r"voisins", r"eleves",
)  # fmt: skip

RULES: tuple[Rule, ...] = (
    Rule(
        "bulk_accounts",
        "The text asks for many accounts, or for false ones.",
        (MAKING, MANY, ACCOUNTS),
        words(
            r"annual accounts", r"(?:bank|cash) account", r"accounts? (?:payable|receivable)", r"on account of",
            r"existing accounts?", r"account (?:number|statement)", r"par compte", r"tenir compte", r"rend(?:re|ez)? compte",
            r"compte[ -]rendus?", r"comptes[ -]rendus", r"comptes annuels", r"report(?:ing)? (?:the )?fake", r"for (?:our|the) (?:own )?(?:staff|colleagues|employees|teachers)",
            r"voor (?:onze|de) (?:eigen )?(?:medewerkers|collega's|leraren)", r"pour (?:nos|les) (?:propres )?(?:employes|collegues|enseignants)",
            r"company profiles?", r"profiles? of (?:our|the) (?:authors?|staff|speakers?)", r"mock-?up",
        ),
    ),  # fmt: skip
    Rule(
        "spam",
        "The text asks to send or post advertising to people who did not ask for it.",
        (SENDING, ADVERTISING, STRANGERS),
        words(
            r"subscrib", r"our (?:own )?(?:members|customers|readers)", r"spam filter", r"label", r"classif", r"opted? in",
            r"abonnees", r"onze (?:eigen )?(?:leden|klanten|lezers)", r"nos (?:propres )?(?:membres|clients|lecteurs)", r"abonnes a",
        ),
    ),  # fmt: skip
    Rule(
        "captcha",
        "The text asks to solve tests that keep robots out.",
        (SOLVING, CAPTCHAS),
        words(
            r"(?:add|install|design|build|replace)\w* .{0,30}captcha", r"captcha (?:on|for|of) our (?:own )?(?:form|site|website)",
            r"test(?:ing)? (?:whether |if )?(?:the captcha (?:on|of) )?our", r"article|essay|explain", r"plaats een captcha",
            r"captcha (?:op|voor|van) ons", r"artikel|leg uit", r"captcha (?:de|sur|pour) notre", r"ajout\w* (?:un|une) captcha",
            r"installe\w* un", r"explique",
        ),
    ),  # fmt: skip
    Rule(
        "fake_reviews",
        "The text asks for reviews that were ordered, not experienced.",
        (WRITING, REVIEWS, BOUGHT_PRAISE),
        words(
            r"classif", r"label", r"detect", r"recogni[sz]", r"summari[sz]", r"translat", r"repl(?:y|ies) to", r"answer", r"whether",
            r"is positive or negative", r"positive or negative", r"herken", r"vertaal", r"samenvat", r"vat .{0,30}samen", r"antwoord", r"of (?:ze|het|de \w+) (?:positief|nep)",
            r"positief of negatief", r"positieve of negatieve", r"tradui", r"resum", r"repond", r"si (?:l'|les? |chaque )?avis", r"positif ou negatif", r"positifs ou negatifs", r"honest", r"eerlijke?", r"honnete",
        ),
    ),  # fmt: skip
    Rule(
        "personal_data",
        "The text asks to collect contact details or other personal data of people.",
        (COLLECTING, CONTACTS, PERSONS),
        words(
            r"verif", r"check\b", r"correct", r"controleer", r"our (?:own )?(?:members|customers|volunteers|readers)", r"of compan", r"press (?:office|contact)",
            r"onze (?:eigen )?(?:leden|klanten|vrijwilligers|lezers)", r"van bedrijven", r"nos (?:propres )?(?:membres|clients|benevoles|lecteurs)", r"d'entreprises",
            r"who (?:signed|gave|agreed)", r"die (?:zich|toestemming)", r"ayant accepte", r"pseudonymi|anonymi[sz]|blank out|black out|anonimiseer|maak .{0,20}onleesbaar|noircir",
        ),
    ),  # fmt: skip
)  # fmt: skip
BY_SLUG = {rule.slug: rule for rule in RULES}

HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
LOOKALIKES = str.maketrans({"@": "a", "$": "s", "0": "o", "1": "i", "3": "e"})
MARKS = re.compile("[\u0300-\u036f]")
DISGUISED = re.compile(r"\b[a-z]+[@$013][a-z@$013]*(?![\w@.])")
SENTENCE_ENDS = re.compile(r"[.!?](?=\s|$)|[\n;]+")
# Without one of these stems no rule can hold a sentence: most are let go by this alone. (A loop over
# `in` is ten times as quick as one expression with as many branches.)
STEMS = tuple(
    "account mailbox profi compt boite gebruikers link advert promo ads unsolicited offer reclame "
    "aanbieding ongevraagd lien publicit sollicit spam captcha robot review recensie rating testimonial "
    "beoordeling avis star sterren etoile temoignage commentaire mail phone mobile address adres personal "
    "birth nummer persoon geboorte courriel numero domicile donnees naissance".split()
)


def rule_that_holds(title: str, description: str) -> Rule | None:
    """The first rule that wants a person to look at this text; None when it may go on the board."""
    for sentence in SENTENCE_ENDS.split(plain(f"{title}\n{description}")):
        if not any(stem in sentence for stem in STEMS):
            continue
        for rule in RULES:
            if all(found.search(sentence) for found in rule.says):
                if not rule.unless.search(sentence):
                    return rule
    return None


def plain(text: str) -> str:
    """Lower case without accents, without invisible signs, and with look-alikes put back."""
    if text.isascii():
        bare = text.lower()
    else:
        folded = unicodedata.normalize("NFKD", HIDDEN.sub("", text)).casefold()
        bare = MARKS.sub("", folded).replace("’", "'")
    return DISGUISED.sub(lambda word: word[0].translate(LOOKALIKES), bare)
