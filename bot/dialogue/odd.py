"""Texts that are no question in our languages: signs without words, letters without sense, another language."""

import re
import unicodedata
from typing import Collection, Optional

from bot.dialogue.text import fold, words

UNREADABLE, OTHER_LANGUAGE = "unreadable", "other_language"
SENSELESS = 0.5  # the share of unseen letter groups from which on a word is no word
FEW = 3  # words of a text so short that one foreign word tells its language
OURS = re.compile(r"LATIN|DIGIT")
# Common words that neither English nor Spanish has, folded: French, German, Portuguese, Catalan and Italian.
FOREIGN = frozenset(
    "je vous nous est des une pour avec mon quand combien pas ne bonjour merci livraison commande cette quel quelle "
    "puis peux voudrais sont dans jai cest sil plait votre retourner rembourse quels beaucoup salut bonsoir svp suis "
    "avez avoir lampe retour "
    "ich und der das ist nicht wie wann wo kann meine mein bestellung lieferung sie haben habe fur zuruck wieviel viel "
    "kostet eine einen auf bitte danke guten wird mir dem ihr versand zahlen gibt kaputt zuruckgeben "
    "nao voce meu minha onde obrigado obrigada encomenda uma fazer posso prazo meus minhas loja sao tambem chega "
    "chegou ainda quando isso voces comprei quero preciso custa fazem preco devolucao "
    "amb aquest aquesta puc quan quant comanda enviament botiga els vull meva heu teniu tinc estic perque gracies plau "
    "quins fins obriu tanqueu feu devolucio retornar bon "
    "dove il ordine quanto sono grazie ciao buongiorno spedizione consegna che della vorrei gli restituire negozio "
    "avete questo quali pacco quanti giorni ancora".split()
)


def odd(text: str, known: Collection[str], letters: Collection[str]) -> Optional[str]:
    """UNREADABLE, OTHER_LANGUAGE or None. `known` are the words, `letters` the letter groups of all phrasings."""
    signs = [sign for sign in text if sign.isalnum()]
    if not signs:
        return UNREADABLE
    if 2 * sum(OURS.search(unicodedata.name(sign, "")) is None for sign in signs) >= len(signs):
        return OTHER_LANGUAGE
    said = [word for word in words(text) if not word.isdigit()]
    foreign = sum(word in FOREIGN for word in said)
    ours = sum(word in known and word not in FOREIGN for word in said)
    if foreign and 2 * foreign > ours and (foreign > 1 or (len(said) <= FEW and not ours)):
        return OTHER_LANGUAGE
    if said and not ours and not foreign and all(_senseless(word, letters) for word in said) and "@" not in fold(text):
        return UNREADABLE
    return None


def _senseless(word: str, letters: Collection[str]) -> bool:
    """Most of its groups of three letters are in no word of ours; a word with digits may be a number or a code."""
    if any(sign.isdigit() for sign in word):
        return False
    marked = f" {word} "
    groups = [marked[at : at + 3] for at in range(len(marked) - 2)]
    return sum(group not in letters for group in groups) > SENSELESS * len(groups)
