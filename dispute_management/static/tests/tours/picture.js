/** Keep a picture of the page as it is; see tests/picture_common.py. */
export const picture = (name, trigger) => ({
    content: `look at ${name}`,
    trigger,
    async run() {
        const { top, bottom } = this.anchor.getBoundingClientRect();
        if (bottom < 0 || top > window.innerHeight) {
            this.anchor.scrollIntoView({ block: "center" });
        }
        console.log(`picture: ${name}`);
        // The page stays as it is until the picture is taken.
        await new Promise((resolve) => setTimeout(resolve, 600));
    },
});
