"""What stands on the pages of The Branch Line Weekly, the demo's site that answers on this machine. Data only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the weekly: its address, its words, and whether it stands in the archive."""

    slug: str
    title: str
    line: str
    weeks_old: int
    text: str
    is_archived: bool = False

    @property
    def paragraphs(self) -> list[str]:
        """Its text in paragraphs, as an empty line parts them."""
        return [" ".join(part.split()) for part in self.text.strip().split("\n\n")]


MASTHEAD = "The Branch Line Weekly"
MOTTO = "Rural railways, closed and open. One long piece each Friday since 2009."
FOOT = "Written in York by Nora Whitfield. The ads on these pages are bought and shown through isocket."

PIECES = (
    Piece(
        "the-last-signal-box-at-harrow-beck",
        "The last signal box at Harrow Beck",
        "On a Tuesday evening the levers were pulled for the last time. We were in the box.",
        0,
        """
Harrow Beck has a passing loop, a goods shed with a tree in it, and until last Tuesday it had a signal box with
eighteen levers, eleven of them painted white, which is to say that they moved nothing.

Margaret Dunning has worked the other seven since 1988. She gives the token to the driver of the 06:52 with the same
sentence every morning, and we promised not to print it.

A token is a piece of brass with the name of two stations on it. While a driver carries it, no other train may be
between those two stations, and nothing cleverer has been found in a hundred and forty years. What has been found is
something cheaper to staff.

From next month a screen in a room two hundred kilometres away will do what the brass did. It will do it well;
everybody in the box says so, without being asked. The line will open an hour earlier on Sundays, because the room
is always awake and Margaret was not.

What goes with the box is harder to write into a timetable. It was the only lit window between Ansty and the
junction, and people who missed the last train went there, because there was a telephone and a kettle.

The levers will stay. The county museum wanted four, the heritage line wanted all of them, and in the end the parish
council bought the box for one pound, on the condition that the stove stays in.

At 22:14 the last down train came through. Margaret took the token, hung it on its hook, wrote the time in the book,
and asked whether anybody wanted the rest of the cake.
""",
    ),
    Piece(
        "what-the-new-timetable-does-to-ansty",
        "What the new timetable does to Ansty",
        "Six trains a day become nine, and the school bus loses its reason.",
        1,
        """
The new timetable is a table of forty columns, and most of what it does to Ansty is in two of them: the 07:31, which
did not stop before, and the 15:48, which did not exist.

Together they make a school day. Thirty-one children from the valley go to school in Wetherham, and since 1967 they
have gone by a bus that takes fifty minutes because it calls at every farm. The train takes fourteen.

The county pays for the bus. It has asked, politely, whether it might stop. The farms have answered, also politely,
that fourteen minutes are counted from a platform, and that the platform is two miles from the nearest of them.

There is a third column that nobody has talked about. The 21:20 now waits nine minutes at the junction for the train
from the city, as it did until 1994. One can go to a concert again and sleep at home.

We counted. In the first week forty-four people used the 21:20. In the old timetable the number was known exactly,
because the guard had written it into the complaints book: two, and one of them was the guard.

The bus will run until the summer. By then somebody has to find out who lives within a walk, who within a bicycle,
and who must have the bus whatever the table says. We have asked for the list and will print it.
""",
    ),
    Piece(
        "eleven-station-gardens",
        "Eleven station gardens, and who waters them",
        "None of them is in any budget. All of them are in flower.",
        2,
        """
The rules for the best kept station were written in 1906 and have been changed once, to allow for plastic cans. This
year eleven stations of our lines have entered, the most since the branch to Corrie closed.

At Low Tarn the garden is a strip as wide as a ruler between the fence and the edge of the platform, and in it stand
four hundred tulips, which is four hundred more than the year before. They belong to the man who reads the meters.

At Kettlesing the waiting room has tomatoes in the south window. The company has written to say that fruit is not
among the permitted uses of a waiting room. The tomatoes have been moved to the lamp room, which is not mentioned in
the letter.

Who waters them? We asked at each of the eleven. Seven times it was one person, always the same; three times it was
the school; and at Ansty it is the driver of the 13:05, who has six minutes there and a can behind the cab.

Judging is on the second Saturday in June. The judges travel by train, so the order in which they see the gardens is
the timetable's, and there is talk that this is not fair to the northern end.
""",
    ),
    Piece(
        "a-short-history-of-the-corrie-branch",
        "A short history of the Corrie branch",
        "Opened for slate, kept for sheep, closed by a clerk.",
        6,
        """
The branch from Dunholm to Corrie is eleven miles long and was never going to pay. Its own prospectus, of 1873, says
so on the last page, in smaller type, under the portrait of the chairman.

It was built for slate. The quarry closed in the year in which the line opened. For a while the company kept both
facts apart by sending an empty slate train up each morning and down each evening.

What saved it was the sheep fair. Twice a year forty trucks stood in the yard at Corrie, and in between there was a
mixed train, three coaches with whatever had to be moved: milk, mail, a harmonium, the doctor.

It was closed in 1964 by a clerk who added up the tickets sold at Corrie, where there was no ticket office. People
paid the guard. The guard's book was found in 1991, in a barn, and by its figures the line had covered its costs in
every year but two.

Nine of the eleven miles can be walked today. The viaduct has a gate and a notice, and everybody knows somebody with
the key.
""",
        is_archived=True,
    ),
)
