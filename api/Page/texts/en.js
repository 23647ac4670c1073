/** All texts in English; the names are the same in every language. */
export const english = {
  loading: 'Loading…', again: 'Try again', close: 'Close', cancel: 'Cancel', language: 'Language', 'time.now': 'just now',

  'nav.label': 'Main', 'nav.skip': 'Skip to the content', 'nav.feed': 'Home', 'nav.discover': 'Discover', 'nav.new': 'New post',
  'nav.notifications': 'Notifications', 'nav.unread': { one: 'Notifications, {count} unread', other: 'Notifications, {count} unread' },
  'nav.points': 'Points', 'nav.me': 'My page', 'nav.saved': 'Saved', 'nav.settings': 'Settings',

  'welcome.label': 'Sign in or sign up', 'welcome.in': 'Sign in', 'welcome.up': 'Sign up', 'welcome.docs': 'The API',
  'welcome.promise': 'Share what you wear.', 'welcome.more': 'Outfits from people like you, and points from the shops you love.',
  'field.login': 'Handle or e-mail', 'field.password': 'Password', 'field.displayName': 'Name', 'field.handle': 'Handle',
  'field.email': 'E-mail', 'field.bio': 'About you', 'hint.handle': '3 to 30 of a–z, 0–9, _ and .', 'hint.password': 'At least 10 characters',

  'list.more': 'Show more', 'list.empty': 'Nothing here yet.', 'feed.empty': 'Follow people to see what they wear. Start with a tag:',
  'tag.empty': 'Nobody used this tag yet.', 'saved.empty': 'What you save is kept here, for you alone.',
  'discover.label': 'Find a tag or a person', 'discover.placeholder': '#ootd or @handle', 'discover.hint': 'A tag, or a person’s handle behind @',
  'discover.go': 'Find', 'discover.tags': 'Tags to start with',

  'photo.gallery': 'photos', 'photo.of': '{alt}, photo {i} of {count}', 'photo.back': 'Previous photo', 'photo.next': 'Next photo',
  'photo.processing': 'Photo on its way', 'photo.rejected': 'No photo', 'photo.alt': 'Photo by {name}: {text}', 'photo.altBare': 'Photo by {name}',
  'post.title': 'Post by {name}', 'post.actions': 'What to do with it', 'post.edited': 'edited', 'post.things': 'What is on it', 'post.shop': 'Shop',
  'post.likeCount': { one: 'Like, {count} like', other: 'Like, {count} likes' },
  'post.commentCount': { one: '{count} comment', other: '{count} comments' },
  'post.save': 'Save', 'post.share': 'Share', 'post.linkCopied': 'The link is in the clipboard.',
  'post.delete': 'Delete', 'post.deleteAsk': 'Delete this post?', 'post.deleted': 'The post is gone.',
  'comment.title': 'Comments', 'comment.label': 'Write a comment', 'comment.placeholder': 'Say something nice…', 'comment.send': 'Send',
  'comment.none': 'No comments yet.', 'comment.delete': 'Delete the comment by {name}', 'comment.deleteAsk': 'Delete this comment?',

  'compose.title': 'New post', 'compose.photos': 'Photos of the post', 'compose.add': 'Add photos', 'compose.addHint': 'Up to {count}: JPEG, PNG, WebP, GIF or HEIC',
  'compose.caption': 'Caption', 'compose.placeholder': 'What are you wearing? #ootd', 'compose.publish': 'Publish', 'compose.published': 'Published. See it',
  'compose.tooMany': 'A post has {count} photos at the most.', 'compose.progress': 'Progress of {name}', 'compose.remove': 'Remove {name}',
  'compose.discardAsk': 'Discard this post?', 'compose.discard': 'Discard', 'compose.broken': 'Some photos could not be taken; remove them or try again.',
  'upload.sending': '{percent}%', 'upload.processing': 'Developing…', 'upload.ready': 'Ready', 'upload.rejected': 'Not taken',
  'reason.not_an_image': 'This is no picture.', 'reason.unsupported_format': 'This format is not taken.', 'reason.too_large': 'More than 20 MB.',
  'reason.too_many_pixels': 'More than 64 megapixels.', 'reason.corrupt': 'The file is damaged.', 'reason.checksum_mismatch': 'It was changed on its way.',

  'person.posts': { one: 'post', other: 'posts' }, 'person.followers': { one: 'follower', other: 'followers' }, 'person.following': 'following', 'person.follow': 'Follow', 'person.unfollow': 'Following',
  'person.followsYou': 'follows you', 'person.mute': 'Mute', 'person.unmute': 'Unmute', 'person.block': 'Block', 'person.unblock': 'Unblock',
  'person.muted': '{name} is muted.', 'person.unmuted': '{name} is muted no longer.', 'person.blocked': '{name} is blocked.',
  'person.unblocked': '{name} is blocked no longer.', 'person.isBlocked': 'You have blocked this person.',
  'person.blockAsk': 'Block {name}? Neither of you will see the other.',
  'person.none': 'No posts yet.', 'person.noneOfMine': 'Your posts will be here.',
  'people.followers': 'Followers of {name}', 'people.following': '{name} follows',

  'notifications.empty': 'Nothing happened yet.', 'notifications.new': 'New',
  'points.empty': 'Buy at a shop with points, and they are here.', 'points.none': 'Nothing yet.', 'points.unit': 'points', 'points.available': 'To spend',
  'points.held': 'Set aside', 'points.balance': 'In all', 'points.owed': 'Owed', 'points.expiring': 'Expiring', 'points.until': 'until {day}',
  'points.soon': { one: '{points} until {day}', other: '{points} until {day}' }, 'points.history': 'History',
  'points.column.what': 'What', 'points.column.points': 'Points', 'points.column.after': 'Then',
  'points.kind.earn': 'Purchase', 'points.kind.share': 'Somebody came through you', 'points.kind.redemption': 'Spent', 'points.kind.expiry': 'Expired',
  'points.kind.clawBack': 'Refund', 'points.kind.gift': 'Gift', 'points.kind.settlement': 'Settlement', 'points.kind.correction': 'Correction',
  'points.code.about': 'Show your code at the till to collect points.', 'points.code.show': 'Show my code', 'points.code.title': 'My code',
  'points.code.how': 'Hold it to the till, or read it out. It is good once.', 'points.code.left': 'Good for {time}', 'points.code.over': 'This code is over.', 'points.code.renew': 'New code',

  'settings.picture': 'Picture', 'settings.choose': 'Choose a picture', 'settings.drop': 'Remove', 'settings.profile': 'Profile', 'settings.keep': 'Save',
  'settings.kept': 'Saved.', 'settings.session': 'Account', 'settings.leave': 'Sign out',

  'problem.title': 'That did not work', 'problem.away': 'StyleShare cannot be reached. Are you online?', 'problem.unexpected': 'Something went wrong.',
  'problem.upload_failed': 'The upload broke off.', 'problem.not_found': 'There is nothing here.',
};
